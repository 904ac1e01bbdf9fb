import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { neuralrepo } from '@gatehouse/neuralrepo';
import { describe, expect, test } from 'vitest';
import { EmbedderStandIn } from '../../platforms/neuralrepo/test/support/embedder.js';
import { type Client, clientOf } from '../support/client.js';
import { serve } from '../support/command-line.js';
import { openApp, settableClock } from '../support/open-app.js';
import { type Stuck, stuckDatabase } from './stuck.js';

/** Where the server stands when it is killed: in each unit of work that follows from saving an idea, and at what it asks of others. */
const STEPS = {
  'while it is saved': 'insert on gatehouse_jobs',
  'while its vector is reckoned': 'silence',
  'while its vector is kept': 'insert on idea_vectors',
  'while it is compared': 'update of processing on ideas',
} as const;

interface Idea {
  readonly number: number;
  readonly title: string;
  readonly processing: boolean;
}
interface Pair {
  readonly idea_title: string;
  readonly duplicate_title: string;
}

const GATEHOUSE_SECRET = 'a root secret for tests, long enough';

describe.each(['sqlite', 'postgres'] as const)('on %s', (kind) => {
  test('a server that is killed at any step of saving an idea loses nothing that it acknowledged, and what follows from it is done once', async () => {
    const [embedder, database] = [await EmbedderStandIn.start(), await stuckDatabase(kind, neuralrepo)];
    const { remove, ...kept } = database;
    const open = (aheadMs: number) =>
      openApp(neuralrepo, { environment: embedder.environment, clock: settableClock(Date.now() + aheadMs), database: { ...kept, remove: async () => {} } });
    try {
      for (const step of Object.keys(STEPS)) embedder.place(`Original ${step}`, { [`Copy ${step}`]: 0.9 });
      const before = await open(0);
      const { raw } = await before.key('ann@example.com');
      for (const step of Object.keys(STEPS)) await save(clientOf(before.url, raw), `Original ${step}`);
      await before.gatehouse.jobs.settle();
      await before.close();

      const acknowledged: string[] = [];
      for (const [step, event] of Object.entries(STEPS)) {
        const stop = event === 'silence' ? await silentEmbedder(embedder) : stopIn(database, event, embedder);
        const heard = await killedAt(stop, database, (url) => save(clientOf(url, raw), `Copy ${step}`));
        if (heard) acknowledged.push(step);
      }
      // Before its unit has ended, an idea is not saved; from then on it is.
      expect(acknowledged).toEqual(Object.keys(STEPS).slice(1));

      // Nobody waits for a process that was killed for longer than ten seconds.
      const after = await open(60_000);
      await after.gatehouse.jobs.settle();
      await expectDoneOnce(clientOf(after.url, raw), database, acknowledged);
      await after.close();
    } finally {
      await remove();
      await embedder.close();
    }
  }, 30_000);
});

/** What lets a server come so far and no further. */
interface Stop {
  readonly environment: Record<string, string>;
  /** With the server there. */
  begin(): Promise<void>;
  /** @param answered what the server was asked for, where it gets so far */
  reached(answered: Promise<boolean>): Promise<unknown>;
  /** With the server gone. */
  end(): Promise<void>;
}

/** Answers whether what it was asked for was done. */
async function killedAt({ environment, begin, reached, end }: Stop, { database, folder }: Stuck, work: (url: string) => Promise<boolean>): Promise<boolean> {
  const place: Record<string, string> = 'url' in database ? { GATEHOUSE_DATABASE: database.url } : { GATEHOUSE_DATA: folder };
  const server = await serve(['neuralrepo'], { environment: { ...environment, ...place, GATEHOUSE_SECRET } });
  try {
    await begin();
    const heard = work(server.url);
    await reached(heard);
    await server.stop('SIGKILL');
    return await heard;
  } finally {
    await server.stop('SIGKILL');
    await end();
  }
}

function stopIn(database: Stuck, event: string, { environment }: EmbedderStandIn): Stop {
  return { environment, begin: () => database.at(event), reached: () => database.reached(), end: () => database.clear() };
}

/** One that is asked, and says nothing. */
async function silentEmbedder({ environment }: EmbedderStandIn): Promise<Stop> {
  const server = createServer();
  const asked = once(server, 'request');
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    environment: { ...environment, NEURALREPO_EMBEDDER_URL: `http://127.0.0.1:${port}/v1` },
    begin: async () => {},
    reached: (answered) => Promise.all([asked, answered]),
    end: async () => void server.close(),
  };
}

async function save(client: Client, title: string): Promise<boolean> {
  const answer = await client.post('/api/v1/ideas', { title }).catch(() => undefined);
  return answer?.status === 201;
}

async function expectDoneOnce(client: Client, database: Stuck, acknowledged: readonly string[]): Promise<void> {
  const { ideas } = (await client.get<{ ideas: Idea[] }>('/api/v1/ideas?limit=100')).json;
  const titles = [...Object.keys(STEPS).map((step) => `Original ${step}`), ...acknowledged.map((step) => `Copy ${step}`)];
  expect(ideas.map(({ title }) => title).sort()).toEqual([...titles].sort());
  // Without gaps, though some were begun and undone.
  expect(ideas.map(({ number }) => number).sort((a, b) => a - b)).toEqual(titles.map((_, i) => i + 1));
  expect(ideas.filter(({ processing }) => processing)).toEqual([]);
  const { duplicates } = (await client.get<{ duplicates: Pair[] }>('/api/v1/ideas/duplicates?limit=100')).json;
  expect(duplicates.map((pair) => `${pair.idea_title} | ${pair.duplicate_title}`).sort()).toEqual(
    acknowledged.map((step) => `Copy ${step} | Original ${step}`).sort(),
  );
  // What is counted up when a vector is kept, and when an idea is compared: once for each.
  const counted = await database.query<{ id: string; value: string | number }>(
    "select id, value from counters where id in ('vectors', 'relations') order by id",
  );
  expect(counted.map(({ id, value }) => [id, Number(value)])).toEqual([
    ['relations', titles.length],
    ['vectors', titles.length],
  ]);
  expect(await database.query('select 1 from gatehouse_jobs')).toEqual([]);
}
