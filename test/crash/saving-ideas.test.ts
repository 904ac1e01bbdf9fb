import { expect, test } from 'vitest';
import { type Running, gatehouse, serve, temporaryFolder } from '../support/command-line.js';

interface Idea {
  readonly id: number;
  readonly title: string;
  readonly processing: boolean;
}

/** Milliseconds after the last answer: within the jobs that follow, between them, and after them. */
const MOMENTS = [0, 3, 8, 15, 30, 60, 150];

test('a server that is killed at any step of saving an idea loses nothing that it acknowledged, and what follows from it is done once', async () => {
  const root = temporaryFolder();
  const place = ['--platform', 'neuralrepo', '--data', root.path];
  const start = (): Promise<Running> => serve(['neuralrepo', '--data', root.path]);
  let server = await start();
  try {
    const made = await gatehouse(['key', 'create', '--user', 'ann@example.com', '--name', 'k', '--json', ...place]);
    await gatehouse(['tenant', 'set-plan', 'ann@example.com', 'pro', ...place]);
    const { key } = JSON.parse(made.stdout) as { key: string };
    const call = async <T>(path: string, body?: object): Promise<T> => {
      const headers = { 'x-api-key': key, 'content-type': 'application/json' };
      const response = await fetch(`${server.url}/api/v1${path}`, body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) });
      return (await response.json()) as T;
    };
    const acknowledged: string[] = [];
    for (const [round, moment] of MOMENTS.entries()) {
      const save = async (title: string): Promise<void> => {
        const idea = await call<Idea>('/ideas', { title, body: `The ${NAMES[round]} at the harbour needs paint, twice a year, before the tide is in.` }).catch(
          () => undefined,
        );
        if (idea?.id !== undefined) acknowledged.push(title);
      };
      await Promise.all([save(`Paint the ${NAMES[round]}`), save(`Paint that ${NAMES[round]}`)]);
      const unheard = [save(`Unheard ${round}`)];
      await new Promise((resolve) => setTimeout(resolve, moment));
      await server.stop('SIGKILL');
      await Promise.all(unheard);
      server = await start();
    }
    const { ideas } = await call<{ ideas: Idea[] }>('/ideas?limit=100');
    const titles = ideas.map(({ title }) => title);
    expect(acknowledged.length).toBeGreaterThanOrEqual(MOMENTS.length * 2);
    expect(titles).toEqual(expect.arrayContaining(acknowledged));
    expect(new Set(titles).size).toBe(titles.length);

    await expect
      .poll(async () => (await call<{ ideas: Idea[] }>('/ideas?limit=100')).ideas.filter(({ processing }) => processing), { timeout: 45_000, interval: 100 })
      .toEqual([]);
    const { duplicates } = await call<{ duplicates: { idea_id: number; duplicate_of_id: number }[] }>('/ideas/duplicates?limit=100');
    const title = new Map(ideas.map((idea) => [idea.id, idea.title]));
    const pairs = duplicates.map(({ idea_id, duplicate_of_id }) => [title.get(idea_id), title.get(duplicate_of_id)].sort().join(' | '));
    for (const name of NAMES) expect(pairs.filter((pair) => pair === `Paint that ${name} | Paint the ${name}`)).toHaveLength(1);
  } finally {
    await server.stop('SIGKILL');
    root.remove();
  }
}, 90_000);

const NAMES = ['lighthouse', 'dinghy', 'warehouse', 'crane', 'footbridge', 'signpost', 'boathouse'];
