import { randomUUID } from 'node:crypto';
import { Refusal, seedingOf } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gatehouse as command, temporaryFolder } from '../../../test/support/command-line.js';
import { databaseKind } from '../../../test/support/app-database.js';
import { seed } from '../src/seed/index.js';
import { type Client, type NeuralRepo, openNeuralRepo } from './support/app.js';

interface Idea {
  readonly id: number;
  readonly number: number;
  readonly title: string;
  readonly tags: readonly string[];
  readonly processing: boolean;
}

describe('what `gatehouse seed` plants', () => {
  let app: NeuralRepo;
  let ann: Client;
  let planted: Awaited<ReturnType<typeof seed>>;
  const sow = async (email: string) => {
    const user = await app.gatehouse.users.findOrCreate(email);
    if (user instanceof Refusal) throw user;
    const { store, jobs } = app.gatehouse;
    return seed(seedingOf({ tenant: user.homeTenant, user: user.id }, { store, jobs, now: () => app.now, newId: randomUUID }) as Parameters<typeof seed>[0]);
  };

  beforeAll(async () => {
    app = await openNeuralRepo();
    planted = await sow('ann@example.com');
    ann = await app.person('ann@example.com');
    await app.settle();
  });
  afterAll(() => app?.close());

  it('is the half year of one person: ideas in order, with tags, links, a tree and relations', async () => {
    expect(planted).toEqual({ ideas: 15, links: 4, relations: 4 });
    const { ideas } = (await ann.get<{ ideas: Idea[] }>('/api/v1/ideas?limit=100')).json;
    expect(ideas.map(({ number }) => number)).toEqual(Array.from({ length: 14 }, (_, i) => 15 - i));
    expect(new Set(ideas.map(({ title }) => title)).size).toBe(14);
    const garden = ideas.find(({ title }) => title === 'A planner for balcony gardens');
    const whole = (await ann.get<{ links: object[]; relations: { relation_type: string }[] }>(`/api/v1/ideas/${garden?.id}`)).json;
    expect(whole.links).toHaveLength(1);
    expect(whole.relations.map(({ relation_type }) => relation_type)).toEqual(expect.arrayContaining(['blocks', 'inspires']));
    const { tags } = (await ann.get<{ tags: { name: string; color: string | null }[] }>('/api/v1/tags?limit=100')).json;
    expect(tags.find(({ name }) => name === 'garden')).toMatchObject({ color: '#2f855a', idea_count: 5 });
  });

  it('is looked through as if it had been saved: it can be found, and one pair is told as duplicates', async () => {
    const { ideas } = (await ann.get<{ ideas: Idea[] }>('/api/v1/ideas?limit=100')).json;
    expect(ideas.filter(({ processing }) => processing)).toEqual([]);
    const { json } = await ann.get<{ duplicates: { idea_title: string; duplicate_title: string }[] }>('/api/v1/ideas/duplicates');
    expect(json.duplicates.map(({ idea_title, duplicate_title }) => [idea_title, duplicate_title].sort())).toEqual([
      ['Remind me to water by the weather, not by the calendar', 'Remind me to water by the weather, not the calendar'],
    ]);
    const found = await ann.get<{ results: Idea[] }>('/api/v1/ideas/search?q=bakery');
    expect(found.json.results[0]?.title).toBe('Walks that end at a bakery');
  });

  it('is planted once, and for a person alone', async () => {
    const again = await sow('ann@example.com');
    expect(again instanceof Refusal && again.failure.code).toBe('conflict');
    const nobody = await seed({ user: null } as Parameters<typeof seed>[0]);
    expect(nobody instanceof Refusal && nobody.failure.code).toBe('invalid_input');
  });
});

describe.runIf(databaseKind() === 'sqlite')('the command line', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  it('fills the space of a person whom it makes where unknown', async () => {
    const { stdout } = await command(['seed', '--user', 'owner@localhost', '--platform', 'neuralrepo', '--data', folder.path, '--json']);
    expect(JSON.parse(stdout)).toEqual({ tenant_id: expect.any(String), ideas: 15, links: 4, relations: 4 });
  });
});
