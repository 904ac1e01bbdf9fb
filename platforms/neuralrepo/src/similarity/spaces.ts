import { setImmediate } from 'node:timers/promises';
import type { PlatformMeans } from 'gatehouse';
import type { Db } from '../tables.js';
import { type Found, type Hit, type Question, Scanner } from './scanner.js';
import { bytesOf } from './vectors.js';

/** A row whose vector is held; without one where it takes no part. */
export interface Held {
  readonly id: string;
  readonly version: number;
  readonly vector: Uint8Array | null;
}

/** Where vectors of one kind come from: those whose version is higher, lowest first. */
export type Source = (db: Db, after: number, limit: number) => Promise<readonly Held[]>;

export interface Place {
  readonly tenant: string;
  /** `ideas` */
  readonly kind: string;
  /** The embedder's id. */
  readonly embedder: string;
  readonly db: Db;
  readonly settings: PlatformMeans['settings'];
  readonly source: Source;
  /** Called once, before the first is read. */
  readonly opened?: () => Promise<void>;
}

interface Space {
  readonly name: string;
  version: number;
  bytes: number;
  feeding: Promise<void>;
}

/** Rows that are read at once: so few that no call waits long for the main loop. */
const BATCH = 100;
/** Of the vectors that are held in all. */
const MOST_BYTES = 256 * 1024 * 1024;
const ATTEMPTS = 3;

/** By name, the least lately used first. */
const spaces = new Map<string, Space>();
const scanner = new Scanner(() => spaces.clear());

/** One server's settings are one object: two in one process, with copies of one database, have nothing to do with each other. */
const servers = new WeakMap<object, number>();
let counted = 0;

function nameOf({ tenant, kind, embedder, settings }: Place): string {
  const known = servers.get(settings);
  if (known === undefined) counted += 1;
  const server = known ?? counted;
  servers.set(settings, server);
  return `${server}/${tenant}/${kind}/${embedder}`;
}

/** What is like a vector, among all that are stored by now; those are read while the question is still made. */
export async function nearest(place: Place, question: Question | Promise<Question>): Promise<Found> {
  const [space, asked] = await Promise.all([fed(place), question]);
  return scanner.find(space.name, asked);
}

/** What was found is no longer there, or takes no part. */
export function forget(place: Place, gone: readonly Hit[]): void {
  const name = nameOf(place);
  if (spaces.has(name)) scanner.forget(name, gone);
}

/** Holds all that is stored when it settles. */
async function fed(place: Place): Promise<Space> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const space = await fedOnce(place);
    // Else it was let go for others, or lost with the thread, while we read.
    if (spaces.get(space.name) === space) return space;
  }
  throw new Error('Vectors were let go again and again while they were read');
}

async function fedOnce(place: Place): Promise<Space> {
  const name = nameOf(place);
  const known = spaces.get(name);
  const space = known ?? { name, version: 0, bytes: 0, feeding: place.opened?.() ?? Promise.resolve() };
  spaces.delete(name);
  spaces.set(name, space);
  // One after the other, each from where the last has come to; one that failed does not stand in the way of the next.
  const feeding = space.feeding.catch(() => undefined).then(() => feed(space, place));
  space.feeding = feeding;
  await feeding;
  makeRoom(space);
  return space;
}

async function feed(space: Space, { db, source }: Place): Promise<void> {
  for (;;) {
    const rows = await source(db, space.version, BATCH);
    const last = rows.at(-1);
    if (last === undefined || spaces.get(space.name) !== space) return;
    post(space, rows);
    space.version = last.version;
    if (rows.length < BATCH) return;
    await setImmediate();
  }
}

function post(space: Space, rows: readonly Held[]): void {
  const held = rows.flatMap(({ id, version, vector }) => (vector === null ? [] : [{ id, version, vector }]));
  const [first] = held;
  if (first === undefined) return;
  const dimensions = first.vector.byteLength / Float32Array.BYTES_PER_ELEMENT;
  const vectors = new Float32Array(held.length * dimensions);
  const bytes = bytesOf(vectors);
  for (const [n, { vector }] of held.entries()) bytes.set(vector, n * first.vector.byteLength);
  space.bytes += bytes.byteLength;
  scanner.load(space.name, { ids: held.map(({ id }) => id), versions: held.map(({ version }) => version), vectors, dimensions });
}

/** Lets go what was not used for longest; never what is used now. */
function makeRoom(used: Space): void {
  let total = [...spaces.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  for (const space of spaces.values()) {
    if (total <= MOST_BYTES || space === used) return;
    spaces.delete(space.name);
    scanner.drop(space.name);
    total -= space.bytes;
  }
}
