// The thread that holds vectors and compares them, so that nothing else waits. Plain JavaScript: a worker starts from a file as it is,
// from the sources as from what is built of them.
import { parentPort } from 'node:worker_threads';

/** Vectors in one stretch of memory. */
const BLOCK = 1024;
/** From so many times more places than values on, the values are gone through one by one. */
const SPARSE = 8;

/**
 * @typedef {{ id: string, version: number, score: number }} Hit
 * @typedef {{ kind: 'load', space: string, ids: string[], versions: number[], vectors: Float32Array, dimensions: number }} Load
 * @typedef {{ kind: 'forget', space: string, gone: { id: string, version: number }[] }} Forget
 * @typedef {{ kind: 'drop', space: string }} Drop
 * @typedef {{ kind: 'find', call: number, space: string, vector: Float32Array, least: number, most: number, without: string | undefined, also: string[] }} Find
 */

class Space {
  /** @param {number} dimensions */
  constructor(dimensions) {
    this.dimensions = dimensions;
    /** @type {string[]} */
    this.ids = [];
    /** @type {number[]} */
    this.versions = [];
    /** @type {Map<string, number>} */
    this.places = new Map();
    /** @type {Float32Array[]} */
    this.blocks = [];
  }

  /** @param {number} place */
  row(place) {
    const block = Math.floor(place / BLOCK);
    const vectors = this.blocks[block] ?? new Float32Array(BLOCK * this.dimensions);
    this.blocks[block] = vectors;
    const from = (place % BLOCK) * this.dimensions;
    return vectors.subarray(from, from + this.dimensions);
  }

  /** @param {number} place @param {Float32Array} vector @param {number[] | undefined} few */
  score(place, vector, few) {
    const block = this.blocks[Math.floor(place / BLOCK)];
    const from = (place % BLOCK) * this.dimensions;
    if (block === undefined) return 0;
    return rounded(few === undefined ? dot(block, from, vector) : sparseDot(block, from, vector, few));
  }

  /** @param {Load} load */
  load({ ids, versions, vectors }) {
    for (const [n, id] of ids.entries()) {
      const place = this.places.get(id) ?? this.ids.length;
      this.places.set(id, place);
      this.ids[place] = id;
      this.versions[place] = versions[n] ?? 0;
      this.row(place).set(vectors.subarray(n * this.dimensions, (n + 1) * this.dimensions));
    }
  }

  /** Unless it has come anew meanwhile. The last takes its place. @param {{ id: string, version: number }} gone */
  forget({ id, version }) {
    const place = this.places.get(id);
    if (place === undefined || this.versions[place] !== version) return;
    const last = this.ids.length - 1;
    const [lastId = '', lastVersion = 0] = [this.ids[last], this.versions[last]];
    this.row(place).set(this.row(last));
    this.ids[place] = lastId;
    this.versions[place] = lastVersion;
    this.places.set(lastId, place);
    this.places.delete(id);
    this.ids.length = last;
    this.versions.length = last;
    this.blocks.length = Math.ceil(last / BLOCK);
  }

  /** @param {Find} question */
  find({ vector, least, most, without, also }) {
    const few = fewOf(vector);
    /** @type {Hit[]} */
    const hits = [];
    for (const [place, id] of this.ids.entries()) {
      const score = this.score(place, vector, few);
      if (score >= least && id !== without) hits.push({ id, version: this.versions[place] ?? 0, score });
    }
    // Of those that are alike the newest first.
    hits.sort((a, b) => b.score - a.score || b.version - a.version);
    hits.length = Math.min(hits.length, most);
    const scores = also.map((id) => {
      const place = this.places.get(id);
      return place === undefined ? null : this.score(place, vector, few);
    });
    return { hits, also: scores };
  }
}

/**
 * Of `b` and what lies in `a` from a place on. Four sums at once: the processor does not wait for one.
 * @param {Float32Array} a
 * @param {number} from
 * @param {Float32Array} b
 */
function dot(a, from, b) {
  const { length } = b;
  let one = 0;
  let two = 0;
  let three = 0;
  let four = 0;
  let at = 0;
  for (; at + 3 < length; at += 4) {
    one += (a[from + at] ?? 0) * (b[at] ?? 0);
    two += (a[from + at + 1] ?? 0) * (b[at + 1] ?? 0);
    three += (a[from + at + 2] ?? 0) * (b[at + 2] ?? 0);
    four += (a[from + at + 3] ?? 0) * (b[at + 3] ?? 0);
  }
  for (; at < length; at += 1) one += (a[from + at] ?? 0) * (b[at] ?? 0);
  return one + two + three + four;
}

/**
 * A question by words has something in a few places alone: there is no need to look at the others. Undefined: it has it in many.
 * @param {Float32Array} vector
 */
function fewOf(vector) {
  const places = [...vector.keys()].filter((place) => vector[place] !== 0);
  return places.length * SPARSE < vector.length ? places : undefined;
}

/**
 * @param {Float32Array} a
 * @param {number} from
 * @param {Float32Array} b
 * @param {number[]} places
 */
function sparseDot(a, from, b, places) {
  let sum = 0;
  for (const place of places) sum += (a[from + place] ?? 0) * (b[place] ?? 0);
  return sum;
}

/** From 0 to 1, without what rounding left in the last places. @param {number} cosine */
function rounded(cosine) {
  return Math.round(Math.min(1, Math.max(0, cosine)) * 1e6) / 1e6;
}

/** @type {Map<string, Space>} */
const spaces = new Map();

/** @param {Load | Forget | Drop | Find} message */
function receive(message) {
  const known = spaces.get(message.space);
  if (message.kind === 'load') {
    const space = known ?? new Space(message.dimensions);
    spaces.set(message.space, space);
    space.load(message);
  }
  if (message.kind === 'forget') for (const gone of message.gone) known?.forget(gone);
  if (message.kind === 'drop') spaces.delete(message.space);
  if (message.kind === 'find') parentPort?.postMessage({ call: message.call, ...(known?.find(message) ?? { hits: [], also: message.also.map(() => null) }) });
}

parentPort?.on('message', receive);
