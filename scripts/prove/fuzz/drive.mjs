// Sends what the generators make, checks every answer, and looks at the server meanwhile.
import { Chance } from '../lib/chance.mjs';
import { faultIn } from './check.mjs';
import { conversation } from './conversation.mjs';
import { forms } from './forms.mjs';
import { journey } from './journeys.mjs';
import { messages } from './messages.mjs';
import { raw } from './raw.mjs';
import { rest } from './rest.mjs';
import { NotHttp, Pipeline, sendAlone } from './wire.mjs';
import { makeWorld } from './world.mjs';

/** Each request is answered, and each connection that we ended is ended, within this. */
const SETTLED_MS = 10_000;
const CANARY_MS = 3_000;
const LANES = 6;
/** Of people and their programs, who go from step to step. */
const JOURNEYS = 6;
const IN_ONE_GO = 24;
const ALONE = 8;
const MOST_FAULTS = 5;
/** How much more the process may hold at the end than after the first tenth. */
const GROWTH_MB = 96;

const framed = Object.entries({ ...messages, ...conversation, ...rest, ...forms });
const alone = Object.entries(raw);

/**
 * @param {{ platform?: string, database?: 'sqlite' | 'postgres', count?: number, seconds?: number, seed: number, phases?: readonly ((world: object, tally: Tally) => Promise<void>)[], say?: (text: string) => void }} options ends at whichever comes first
 * @returns {Promise<Tally>}
 */
export async function driveFuzz({
  platform = 'nenjo',
  database = 'sqlite',
  count = Number.POSITIVE_INFINITY,
  seconds = Number.POSITIVE_INFINITY,
  seed,
  phases = [],
  say = () => {},
}) {
  const closing = [];
  const world = await makeWorld({ platform, database, closing }).catch(async (error) => {
    await closeAll(closing);
    throw error;
  });
  try {
    const tally = new Tally(world, { count, seconds, seed, say });
    await inspect(world, tally);
    tally.base = { rssMb: world.rssMb(), openFiles: world.openFiles() };
    const watch = inspectOnAndOn(world, tally);
    await Promise.all(Array.from({ length: LANES + JOURNEYS }, (_, n) => (n < LANES ? lane : travels)(world, tally, n)));
    tally.over = true;
    await watch;
    for (const phase of phases) await phase(world, tally);
    await atTheEnd(world, tally);
    return tally;
  } finally {
    await closeAll(closing);
  }
}

async function closeAll(closing) {
  for (const close of closing.reverse()) await close();
}

/** Counts by class and status, faults, and what the gauges showed. */
export class Tally {
  /** @type {{ rssMb: number, openFiles: number } | undefined} */
  base;
  /** @type {{ rssMb: number, openFiles: number } | undefined} */
  end;
  /** Megabytes after the first tenth. @type {number | undefined} */
  early;
  slowestMs = 0;
  sent = 0;
  over = false;
  /** `class` → `status` → how many. */
  counts = new Map();
  /** @type {{ name: string, what: string, bytes: string, answer: string }[]} */
  faults = [];
  /** @type {{ sent: number, rssMb: number }[]} */
  gauges = [];

  constructor(world, { count, seconds, seed, say }) {
    this.world = world;
    this.count = count;
    this.seconds = seconds;
    this.seed = seed;
    this.say = say;
    this.began = performance.now();
  }

  get done() {
    return this.over || this.faults.length >= MOST_FAULTS || this.sent >= this.count || performance.now() - this.began > this.seconds * 1000;
  }

  add(name, status) {
    this.sent += 1;
    const byStatus = this.counts.get(name) ?? new Map();
    byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
    this.counts.set(name, byStatus);
  }

  fault(name, what, bytes, answer) {
    this.faults.push({
      name,
      what,
      bytes: bytes?.toString('base64') ?? '',
      answer: answer === undefined ? '' : `${answer.status} ${answer.body.slice(0, 300)}`,
    });
  }
}

/** Each round of a lane has a seed of its own, so that it can be made again. */
const chanceOf = (tally, n, round) => new Chance((tally.seed * 31 + n) * 1_000_003 + round);

async function lane(world, tally, n) {
  const pipeline = new Pipeline(world.port);
  for (let round = 0; !tally.done; round += 1) {
    const chance = chanceOf(tally, n, round);
    if (chance.odds(0.25)) await Promise.all(Array.from({ length: ALONE }, () => aloneOnce(world, tally, chance)));
    else await inOneGo(world, tally, pipeline, chance);
  }
  pipeline.close();
}

async function travels(world, tally, n) {
  for (let round = 0; !tally.done; round += 1) await journey(world, tally, chanceOf(tally, n, round));
}

async function inOneGo(world, tally, pipeline, chance) {
  let rest = Array.from({ length: IN_ONE_GO }, () => {
    const [name, make] = chance.pick(framed);
    return { name, ...make(world, chance) };
  });
  for (let tries = 0; rest.length > 0 && !tally.done; ) {
    const { answers, settled, fault } = await pipeline.send(rest, SETTLED_MS);
    for (const [i, answer] of answers.slice(0, rest.length).entries()) judge(world, tally, rest[i], answer);
    const next = rest[answers.length];
    if (fault !== undefined) tally.fault((next ?? rest.at(-1)).name, fault.message, (next ?? rest.at(-1)).bytes);
    else if (!settled) tally.fault(next.name, 'no answer in time', next.bytes);
    // A connection that was kept alive may have been ended meanwhile, also after some of these; a new one is there for the rest.
    else if (answers.length === 0 && tries > 0) tally.fault(next.name, 'ended without an answer', next.bytes);
    else {
      tries = answers.length === 0 ? tries + 1 : 0;
      rest = rest.slice(answers.length);
      continue;
    }
    return;
  }
}

function judge(world, tally, { name, bytes, id, bodiless, page }, answer) {
  tally.add(name, answer.status);
  const fault = faultIn(answer, { id, bodiless, page, secrets: world.secrets });
  if (fault !== undefined) tally.fault(name, fault, bytes, answer);
}

async function aloneOnce(world, tally, chance) {
  const [name, make] = chance.pick(alone);
  const { bytes, bodiless = false, page = false, cut = false, atLeast = 0 } = make(world, chance);
  try {
    const { answers, settled, whole } = await sendAlone(world.port, bytes, { bodiless, cut, timeoutMs: SETTLED_MS });
    if (answers.length === 0) tally.add(name, 'ended');
    for (const answer of answers) judge(world, tally, { name, bytes, bodiless, page }, answer);
    if (!settled) tally.fault(name, 'the connection was not ended in time', bytes, answers.at(-1));
    else if (!whole && !cut) tally.fault(name, 'half an answer', bytes);
    else if (answers.length < atLeast) tally.fault(name, `${answers.length} answers, not ${atLeast}`, bytes);
  } catch (error) {
    tally.fault(name, error instanceof NotHttp ? error.message : `${error.code ?? error}`, bytes);
  }
}

async function inspectOnAndOn(world, tally) {
  while (!tally.over) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await inspect(world, tally);
    tally.gauges.push({ sent: tally.sent, rssMb: world.rssMb() });
    if (tally.gauges.length % 30 === 0) tally.say(`${tally.sent.toLocaleString('en')} requests, ${Math.round(world.rssMb())} MB`);
    if (!world.program.alive()) return;
  }
}

/** The process is alive, serves, and holds to what it said: good keys are good, revoked ones are not. */
export async function inspect(world, tally) {
  const { program, log, call, keys } = world;
  const began = performance.now();
  if (!program.alive()) tally.fault('the server', `the process ended: ${program.complaint()}`);
  else {
    try {
      const good = await call(`${world.list}?limit=1`, { token: keys.full });
      const ping = await call('/mcp', { method: 'POST', token: keys.full, body: { jsonrpc: '2.0', id: 1, method: 'ping' } });
      const bad = await call(world.list, { token: keys.revoked });
      const ms = performance.now() - began;
      tally.slowestMs = Math.max(tally.slowestMs, ms);
      if (good.status !== 200 || ping.status !== 200 || bad.status !== 401) tally.fault('canary', `answered ${good.status}, ${ping.status} and ${bad.status}`);
      if (ms > CANARY_MS) tally.fault('canary', `took ${Math.round(ms)} ms`);
    } catch (error) {
      tally.fault('canary', `${error}`);
    }
  }
  for (const fault of log.faults.splice(0)) tally.fault('log', fault);
}

/** What was taken is given back: connections at once, memory as far as it is not held for what is to come. */
async function atTheEnd(world, tally) {
  await inspect(world, tally);
  if (!world.program.alive()) return;
  // The server's own connections to its database are made as they are needed.
  const most = tally.base.openFiles + (world.ownConnections ?? 0) + 3;
  for (const end = performance.now() + SETTLED_MS; world.openFiles() > most && performance.now() < end; )
    await new Promise((resolve) => setTimeout(resolve, 100));
  tally.end = { rssMb: world.rssMb(), openFiles: world.openFiles() };
  if (tally.end.openFiles > most) tally.fault('the server', `${tally.end.openFiles} open files, ${tally.base.openFiles} at the beginning`);
  const early = tally.gauges.find(({ sent }) => sent >= tally.sent / 10);
  tally.early = early?.rssMb ?? tally.end.rssMb;
  if (tally.end.rssMb > tally.early + GROWTH_MB)
    tally.fault('the server', `${Math.round(tally.end.rssMb)} MB, ${Math.round(tally.early)} MB after the first tenth`);
}
