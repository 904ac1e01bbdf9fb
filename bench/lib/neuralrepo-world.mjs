// Fills NeuralRepo: one person with very many ideas, each with its vector as a job would have made it.
import { lexical } from '../../platforms/neuralrepo/dist/similarity/lexical.js';
import { textOf } from '../../platforms/neuralrepo/dist/similarity/text.js';

const START = Date.parse('2026-01-01T00:00:00Z');
const BATCH = 500;
const SYLLABLES = ['ba', 'ce', 'di', 'fo', 'gu', 'la', 'me', 'ni', 'po', 'ru', 'sa', 'te', 'vi', 'xo', 'zu'];

/** 3,375 words of three syllables, the early ones often. */
function word(n) {
  return [0, 1, 2].map((place) => SYLLABLES[Math.floor(n / 15 ** place) % 15]).join('');
}

/** The same numbers every time. */
function chances(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export function texts(count) {
  const chance = chances(7);
  const some = (length) => Array.from({ length }, () => word(Math.floor(chance() ** 2 * 3375))).join(' ');
  return Array.from({ length: count }, () => ({ title: some(6), body: some(60) }));
}

export async function fillIdeas({ store }, tenant, count) {
  const signal = new AbortController().signal;
  const all = texts(count);
  for (let at = 0; at < count; at += BATCH) {
    const some = all.slice(at, at + BATCH).map((text, n) => ({ ...text, n: at + n + 1 }));
    const vectors = await Promise.all(some.map(({ title, body }) => lexical.embed(textOf(title, body), signal)));
    await store.tx(tenant, async ({ db }) => {
      const times = (n) => ({ created_at: START + n * 1000, updated_at: START + n * 1000 });
      await db
        .insertInto('ideas')
        .values(
          some.map(({ n, title, body }) => ({ id: String(n), number: n, title, body, status: 'captured', source: 'api', processing: false, ...times(n) })),
        )
        .execute();
      await db
        .insertInto('idea_vectors')
        .values(some.map(({ n }, i) => ({ id: String(n), embedder: lexical.id, revision: 1, version: n, vector: new Uint8Array(vectors[i].buffer) })))
        .execute();
    });
  }
  await store.tx(tenant, ({ db }) =>
    db
      .insertInto('counters')
      .values([
        { id: 'ideas', value: count },
        { id: 'vectors', value: count },
      ])
      .execute(),
  );
}
