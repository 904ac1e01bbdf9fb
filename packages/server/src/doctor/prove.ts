import type { Gatehouse } from '../app.js';
import { openWithin } from '../app.js';
import { readConfig } from '../config.js';
import type { Platform } from '../runtime/platform.js';
import type { Binding } from '../runtime/types.js';
import { type Layers, bothLayers } from '../store/layers.js';
import { Probe, probeOperation } from './attacks/probe.js';
import { type Campaign, campaign } from './campaign.js';
import { HttpClient } from './http.js';
import { type Outside, egressTo } from './outside.js';
import { type People, makePeople } from './people.js';
import { type Finding, type Report, type Tally, idleIn } from './report.js';
import type { Scratch } from './scratch/scratch.js';
import { findBases, settle } from './world.js';

export interface ProverOptions {
  readonly platform: Platform;
  readonly scratch: Scratch;
  /** Unix milliseconds; stands still while it is proven. */
  readonly now: number;
  /** @default all three */
  readonly sets?: readonly LayerSet[];
  /** Of what is the same whatever is called, one in so many is tried: for a test that is run often. @default 1 */
  readonly oneIn?: number;
  /** What the platform is answered where it asks somebody else. @default nobody is there */
  readonly outside?: Outside;
}

export type LayerSet = 'both layers' | 'the facade alone' | 'the database alone';

const layersOf: Readonly<Record<LayerSet | 'no layer', Layers>> = {
  'both layers': bothLayers,
  'the facade alone': { facade: true, database: false },
  'the database alone': { facade: false, database: true },
  'no layer': { facade: false, database: false },
};

/**
 * Makes two tenants with the same kind of world, and tries all that one can ask for to reach the other: with both layers, with each
 * alone, and, to see that the prover can fail, with none.
 */
export async function proveTenantsApart({
  platform,
  scratch,
  now,
  sets = ['both layers', 'the facade alone', 'the database alone'],
  oneIn = 1,
  outside = () => undefined,
}: ProverOptions): Promise<Report> {
  const started = performance.now();
  const ground = { platform, scratch, people: makePeople(), now, outside };
  const world = await settled(ground);
  const tallies: Tally[] = [];
  const findings: Finding[] = [];
  const refused = new Set<string>();
  const needRaw = new Set<string>();
  const tried = oneIn === 1 ? () => true : oneInMany(oneIn);
  const run = (layers: LayerSet | 'no layer', only = tried) =>
    opened({ ...ground, layers, needRaw }, (place) => campaign({ ...place, scratch, ...world, layers, refused, standIns: layers === 'both layers', only }));
  for (const layers of sets) {
    const found = await run(layers);
    tallies.push(...found.tallies);
    findings.push(...found.findings);
  }
  const { tallies: blind } = await run('no layer', (attempt) => isBlatant(attempt) && tried(attempt));
  return {
    platform: platform.name,
    tallies,
    findings,
    refusedStatements: { [scratch.kind]: [...refused] },
    blind: { leaks: sum(blind, 'leaks'), changes: sum(blind, 'changes'), differences: sum(blind, 'differences') },
    idle: idleIn(tallies, (layers, target) => layers === 'the facade alone' && needRaw.has(target)),
    unreached: world.unreached,
    seconds: (performance.now() - started) / 1000,
  };
}

const SAMPLED = new Set(['extra argument', 'header', 'filter or ordering', 'foreign id of another kind', 'foreign id within', 'taken name within']);

/** Ids, lists and names of the victim's all; of the rest one in so many, and of each mistake twice as many, in a unit or out of one. */
function oneInMany(many: number): NonNullable<Campaign['only']> {
  return ({ attack, target, detail }) => {
    const inUnit = detail.startsWith('tx, ');
    if (target.startsWith('handler on ')) return placeOf(`${target}${detail.slice('tx, '.length)}`, many) === (inUnit ? 0 : 1);
    return !SAMPLED.has(attack) || placeOf(`${target}${detail}`, many) === 0;
  };
}

const placeOf = (text: string, many: number): number => [...text].reduce((sum, sign) => sum + sign.charCodeAt(0), 0) % many;

/** What must be found where nothing keeps tenants apart: enough to see that the prover can fail. */
const isBlatant: NonNullable<Campaign['only']> = ({ attack, target, detail, raw }) =>
  (attack === 'foreign id' && detail.startsWith('REST, ')) || (target.startsWith('handler on ') && raw !== true && detail.startsWith('db, '));

const sum = (tallies: readonly Tally[], count: 'leaks' | 'changes' | 'differences') => tallies.reduce((total, tally) => total + tally[count], 0);

type World = Pick<Campaign, 'attacker' | 'victim' | 'bases'> & Pick<Report, 'unreached'>;

function settled(ground: Ground): Promise<World> {
  const { people, now } = ground;
  return opened({ ...ground, layers: 'both layers' }, async (place) => {
    const attacker = await settle(place, people, 'attacker', now);
    const victim = await settle(place, people, 'victim', now);
    const bases = await findBases(place, attacker);
    const unreached = place.gatehouse.operations.map(({ name }) => name).filter((name) => name !== probeOperation.name && !bases.has(name));
    return { attacker, victim, bases, unreached };
  });
}

const MANY = 1_000_000;

interface Ground extends Pick<ProverOptions, 'platform' | 'scratch' | 'now'> {
  readonly people: People;
  readonly outside: Outside;
}

interface Opening extends Ground {
  readonly layers: LayerSet | 'no layer';
  /** Operations that asked for raw SQL where it is not run are added. */
  readonly needRaw?: Set<string>;
}

export type OpenPlace = Pick<Campaign, 'client' | 'probe' | 'tables' | 'administrator'> & { readonly gatehouse: Gatehouse };

/** Raw SQL has one layer, the database: where that is off it is not run, and an operation that needs it fails. */
function withoutRaw({ run, ...rest }: Binding, needRaw?: Set<string>): Binding {
  const refuse = () => {
    needRaw?.add(rest.op.name);
    return Promise.reject(new Error('Raw SQL is not run while the layer of the database is off'));
  };
  // The context keeps to itself what it is made of: its members must be asked of it, not of something that inherits from it.
  const limited = (context: object) => new Proxy(context, { get: (target, name): unknown => (name === 'unsafe' ? refuse : Reflect.get(target, name, target)) });
  return { ...rest, run: (input, context) => run(input, limited(context) as never) };
}

/** Serves the platform from the scratch database on a free port, with a handler that makes mistakes and people of our own. */
async function opened<T>({ platform, scratch, people, outside, now, layers, needRaw }: Opening, work: (place: OpenPlace) => Promise<T>): Promise<T> {
  const probe = new Probe();
  const { plans } = platform.tenancy;
  const prepared: Platform = {
    ...platform,
    identity: () => [people.provider],
    // No limit is to stand in the way.
    tenancy: {
      ...platform.tenancy,
      daily: { invitations: MANY, invitationsToAddress: MANY, tenants: MANY },
      plans: Object.fromEntries(Object.keys(plans).map((name) => [name, {}])),
    },
    operations: [...(layers === 'the facade alone' ? platform.operations.map((binding) => withoutRaw(binding, needRaw)) : platform.operations), probe.binding],
  };
  const gatehouse = await openWithin(
    {
      platform: prepared,
      config: readConfig({ port: '0', host: '127.0.0.1', failedAuthPerMinute: '1000000' }, {}, []),
      logger: { log: () => {}, request: undefined, flush: () => {} },
      print: () => {},
      database: await scratch.database(layersOf[layers].database),
      rootSecret: 'the root secret of a scratch database',
      now: () => now,
      // What is chance is no difference.
      randomInt: () => 0,
    },
    { outside: { egress: egressTo(people.outside, outside) }, ...(layers === 'both layers' ? {} : { layers: layersOf[layers] }) },
  );
  const client = new HttpClient(await gatehouse.listen(), gatehouse.platform.keys);
  try {
    return await work({ gatehouse, client, probe, tables: platform.tables, administrator: scratch.administrator });
  } finally {
    client.close();
    await gatehouse.close();
  }
}
