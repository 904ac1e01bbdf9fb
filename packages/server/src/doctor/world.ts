import { randomBytes, randomUUID } from 'node:crypto';
import { type Operation, Refusal } from '@gatehouse/contract';
import type { Gatehouse } from '../app.js';
import type { TableDef } from '../domain/tables.js';
import { seedingOf } from '../runtime/seeding.js';
import { type HttpClient, type Input, anyRequest, restRequest, succeeded } from './http.js';
import { type Known, knownIn, likeliest } from './inputs/ids.js';
import { type Source, candidates } from './inputs/candidates.js';
import { type Sources, fieldsOf, inputsToTry } from './inputs/inputs.js';
import { namesFor, rowsFor } from './inputs/rows.js';
import { insertDirectly } from './insert-directly.js';
import { shownColumns } from './inputs/shown.js';
import { type OwnInputs, moveInWith } from './neighbours.js';
import type { People } from './people.js';
import { type Administrator, type Party, type PartyRows, settleRows } from './scratch/scratch.js';

/** A tenant with its administrator, and what they call with. */
export interface Inhabitant {
  readonly party: Party;
  /** Stands in every text of theirs, and nowhere else. */
  readonly mark: string;
  /** A key with full access. */
  readonly key: string;
  /** A person's token, of the identity provider and of a session of ours. */
  readonly token: string;
  readonly session: string;
  /** Inputs that Gatehouse's own operations take of this person's session. */
  readonly ownInputs?: OwnInputs;
  /** The ids of the key and of the session that they call with. */
  readonly calling: readonly string[];
}

export interface Place {
  readonly gatehouse: Gatehouse;
  readonly client: HttpClient;
  readonly administrator: Administrator;
  readonly tables: readonly TableDef[];
}

export interface Settled extends Inhabitant {
  readonly rows: PartyRows;
  readonly known: readonly Known[];
}

/** A call that an operation answers with success. */
export interface Base {
  readonly input: Input;
  /** Of what only reads: with every other field that it takes as well. */
  readonly fuller?: Input;
  readonly credential: string;
}

/** One for each operation that has one, by its name; the world is afterwards as it was. */
export async function findBases(place: Place, inhabitant: Settled): Promise<ReadonlyMap<string, Base>> {
  const bases = new Map<string, Base>();
  for (const op of place.gatehouse.operations) {
    const found = await findBase(op, place, inhabitant);
    if (found !== undefined) bases.set(op.name, found);
    await putBack(place, inhabitant, op.name);
  }
  return bases;
}

/** What the inhabitant's own call has changed is as it was: in the database, in what is done after calls, and in what the server remembers. */
export async function putBack(
  { gatehouse, administrator }: Pick<Place, 'gatehouse' | 'administrator'>,
  { party, rows }: Settled,
  called: string,
): Promise<void> {
  const { store, jobs, platform } = gatehouse;
  const managed = called.startsWith('gatehouse_');
  // A job that fails is the platform's; nothing is proven by it.
  if (managed || platform.jobs.length > 0) await jobs.settle().catch(() => undefined);
  if (managed) await endStrays(store, party);
  await settleRows(administrator, party, rows);
  if (managed) await store.changes.barrier(party.users.map((user) => `user:${user}` as const));
}

/** Tenants that the person who calls has made, and that are no part of the world. */
async function endStrays({ tenants, endings }: Gatehouse['store'], party: Party): Promise<void> {
  const [user = ''] = party.users;
  for (const { id: tenant } of await tenants.listOf(user))
    if (!party.tenants.includes(tenant)) await endings.endTenant({ tenant, at: 0, by: null, allows: () => true });
}

async function findBase(op: Operation, place: Place, inhabitant: Settled): Promise<Base | undefined> {
  const own = inhabitant.ownInputs?.[op.name];
  if (own !== undefined) {
    const credential = op.access.by.includes('session') ? inhabitant.session : inhabitant.token;
    const request = anyRequest(op, own, credential);
    if (request !== undefined && succeeded(await place.client.send(request))) return { input: own, credential };
  }
  const sources = sourcesFor(op, place, inhabitant, marks(`${inhabitant.mark}t`));
  for (const credential of credentialsFor(op, inhabitant)) {
    for (const input of inputsToTry(op, sources)) {
      const request = anyRequest(op, input, credential);
      if (request === undefined || !succeeded(await place.client.send(request))) continue;
      const base = { input, credential };
      return op.effect === 'read' ? { ...base, fuller: await fuller(op, base, sources.source(0), place) } : base;
    }
  }
  return undefined;
}

async function fuller(op: Operation, { input, credential }: Base, source: Source, { client }: Place): Promise<Input> {
  const least = Object.fromEntries(fieldsOf(op).flatMap(({ name, required }) => (required ? [[name, input[name]]] : [])));
  const asked = anyRequest(op, least, credential);
  let fullest = asked !== undefined && succeeded(await client.send(asked)) ? least : input;
  for (const { name, schema } of fieldsOf(op)) {
    const [value] = fullest[name] === undefined ? candidates(name, schema, source) : [];
    const more = { ...fullest, [name]: value };
    const request = value === undefined ? undefined : anyRequest(op, more, credential);
    if (request !== undefined && succeeded(await client.send(request))) fullest = more;
  }
  return fullest;
}

/** Makes a tenant with a person, two keys, what the platform's seed makes, and one row or more in every table. */
export async function settle(place: Place, people: People, name: string, now: number): Promise<Settled> {
  const inhabitant = await moveIn(place, people, name, now);
  await sow(place, inhabitant, now);
  await fill(place, inhabitant);
  await endStrays(place.gatehouse.store, inhabitant.party);
  return furnished(place, inhabitant);
}

/** What stands in the database for them now. */
async function furnished({ administrator, tables }: Place, inhabitant: Inhabitant): Promise<Settled> {
  const rows = await administrator.rows(inhabitant.party);
  return { ...inhabitant, rows, known: knownIn(rows, tables, inhabitant.party, inhabitant.calling) };
}

async function moveIn({ gatehouse, client }: Place, people: People, name: string, now: number): Promise<Inhabitant> {
  const mark = `${name.slice(0, 1)}${randomBytes(5).toString('hex')}z`;
  const token = people.token({ subject: `${mark}user`, name: `${mark}name`, organization: `${mark}org`, organizationName: `${mark}tenant` }, now);
  const me = gatehouse.operations.find(({ name: operation }) => operation === 'gatehouse_me');
  if (me === undefined) throw new Error('A person cannot sign in: there is no operation gatehouse_me');
  await client.send(restRequest(me, {}, token));
  const { store, keys, sessions } = gatehouse;
  const { issuer } = people.provider;
  const [user, tenant] = await Promise.all([store.users.findByIdentity(issuer, `${mark}user`), store.tenants.findByExternalId(`${issuer}#${mark}org`)]);
  if (user === undefined || tenant === undefined) throw new Error('A person could not sign in on the scratch database');
  const mint = async (label: string) => {
    const made = await keys.mint({ tenant: tenant.id, user: user.id, name: `${mark}${label}`, scopes: ['*'], createdBy: 'doctor' });
    if (made instanceof Refusal) throw made;
    return made;
  };
  const calling = await mint('key');
  await mint('spare');
  const neighbours = await moveInWith(gatehouse, { mark, user, tenant: tenant.id }, now);
  const session = await sessions.mint({ tenant: neighbours.tenant, user: user.id, createdBy: 'doctor' });
  await sessions.mint({ tenant: tenant.id, user: user.id, createdBy: 'doctor' });
  const party = { tenant: tenant.id, tenants: [tenant.id, user.homeTenant, ...neighbours.tenants], users: [user.id, ...neighbours.users] };
  return { party, mark, key: calling.raw, token, session: session.token, ownInputs: neighbours.ownInputs, calling: [calling.key.id, session.session.id] };
}

/** As `gatehouse seed` does. */
async function sow({ gatehouse: { platform, store, jobs } }: Place, { party: { tenant, users } }: Inhabitant, now: number): Promise<void> {
  if (platform.seed === undefined) return;
  const made = await platform.seed(seedingOf({ tenant, user: users[0] ?? null }, { store, jobs, now: () => now, newId: randomUUID }) as never);
  if (made instanceof Refusal) throw made;
}

/** Three of each are plenty. */
const ROUNDS = 3;

/** What it does may be that something is there that was not: PUT creates what it does not find (RFC 9110, section 9.3.4). */
const makes = ({ effect, rest }: Operation): boolean => rest !== null && (effect === 'create' || rest.method === 'PUT');

/** Makes what can be made, until nothing new can, then a row in each table that is still empty, and with these what could not be made before. */
async function fill(place: Place, inhabitant: Inhabitant): Promise<void> {
  const { gatehouse, administrator, tables } = place;
  const making = gatehouse.operations.filter(makes);
  const text = marks(inhabitant.mark);
  const able = new Set<Operation>();
  for (let turn = 0; turn < ROUNDS; turn += 1) {
    let made = 0;
    for (const op of making) {
      if (!(await make(op, place, inhabitant, text, turn))) continue;
      able.add(op);
      made += 1;
    }
    if (made === 0) break;
  }
  await insertDirectly({ administrator, shown: shownColumns(gatehouse.operations, tables) }, inhabitant, text);
  for (const op of making) if (!able.has(op)) await make(op, place, inhabitant, text, 0);
}

async function make(op: Operation, place: Place, inhabitant: Inhabitant, text: () => string, turn: number): Promise<boolean> {
  const sources = sourcesFor(op, place, await furnished(place, inhabitant), text, turn);
  const [credential = inhabitant.key] = credentialsFor(op, inhabitant);
  for (const input of inputsToTry(op, sources)) {
    const { status } = await place.client.send(restRequest(op, input, credential));
    if (status < 300) return true;
  }
  return false;
}

function sourcesFor(op: Operation, place: Place, settled: Settled, text: () => string, turn = 0): Sources {
  return {
    source: (skipped) => ({ ...sourceOf(op, settled, place, text, skipped), turn }),
    rows: rowsFor(op, place.tables, settled.rows, place.administrator),
  };
}

/** @param skipped how many of the likeliest ids to pass over */
export function sourceOf(
  op: Operation,
  { known, rows }: Pick<Settled, 'known' | 'rows'>,
  { tables, gatehouse }: Place,
  text: () => string,
  skipped = 0,
): Source {
  const ids = remembered((field) => likeliest(field, op.name, known, tables).slice(skipped));
  return { text, ids, names: (field) => namesFor(field, tables, rows), scopes: gatehouse.platform.scopes };
}

function remembered<T>(find: (field: string) => T): (field: string) => T {
  const found = new Map<string, T>();
  return (field) => {
    const known = found.get(field) ?? find(field);
    found.set(field, known);
    return known;
  };
}

/** `v1b2c3d4e5fz001`, `…002`: lower-case letters and digits, so that a text survives as a slug as well. */
export function marks(mark: string): () => string {
  let count = 0;
  return () => {
    count += 1;
    return `${mark}${count.toString(36).padStart(3, '0')}`;
  };
}

/** A key where it is let in, then a person; by a session of ours only where no other token will do. */
export function credentialsFor({ access: { by } }: Operation, { key, token, session }: Pick<Inhabitant, 'key' | 'token' | 'session'>): readonly string[] {
  const person = by.includes('idp') ? [token] : by.includes('session') ? [session] : [];
  return [...(by.includes('key') ? [key] : []), ...person];
}
