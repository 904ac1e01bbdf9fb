import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type Failed, type NeuralRepo, openNeuralRepo } from './support/app.js';
import { EmbedderStandIn } from './support/embedder.js';
import { type Idea, idea, saved } from './support/ideas.js';

interface Duplicate {
  readonly id: number;
  readonly idea_id: number;
  readonly duplicate_of_id: number;
  readonly similarity_score: number;
  readonly status: string;
}

const PATH = '/api/v1/ideas/duplicates';

let embedder: EmbedderStandIn;
let app: NeuralRepo;
beforeAll(async () => {
  embedder = await EmbedderStandIn.start();
  app = await openNeuralRepo(embedder.environment);
});
afterAll(async () => {
  await app?.close();
  await embedder?.close();
});

let people = 0;
/** Somebody who has nothing yet. */
function someone(): Promise<Client> {
  people += 1;
  return app.person(`person-${people}@example.com`);
}
const duplicates = async (client: Client) => (await client.get<{ readonly duplicates: readonly Duplicate[]; readonly has_more: boolean }>(PATH)).json;

/** Two new ideas of this likeness, the older first. */
async function alike(client: Client, cosine: number): Promise<readonly [Idea, Idea]> {
  const [older, newer] = [crypto.randomUUID(), crypto.randomUUID()];
  embedder.place(older, { [newer]: cosine });
  const both = [await saved(client, older), await saved(client, newer)] as const;
  await app.settle();
  return both;
}

describe('two ideas', () => {
  it('of a similarity of 0.94 are a pending pair with the titles and numbers of both, the older being the original', async () => {
    const ada = await someone();
    const [older, newer] = await alike(ada, 0.94);
    expect(await duplicates(ada)).toEqual({
      duplicates: [
        {
          ...{ id: expect.any(Number), idea_id: newer.id, duplicate_of_id: older.id, similarity_score: 0.94, status: 'pending' },
          ...{ created_at: expect.stringMatching(/Z$/), idea_title: newer.title, duplicate_title: older.title, idea_number: 2, duplicate_number: 1 },
        },
      ],
      has_more: false,
    });
  });

  it.each([
    [0.92, 'duplicate'],
    [0.75, 'duplicate'],
    [0.749, 'related'],
    [0.5, 'related'],
    [0.499, undefined],
  ])('of a similarity of %d have the automatic relation %s with that score, the newer as its source', async (cosine, relation_type) => {
    const ada = await someone();
    const [older, newer] = await alike(ada, cosine);
    const found = { relation_type, score: cosine, note: null, source_idea_id: newer.id, target_idea_id: older.id };
    expect((await idea(ada, newer.id)).relations).toEqual(relation_type === undefined ? [] : [expect.objectContaining(found)]);
    expect((await duplicates(ada)).duplicates).toHaveLength(relation_type === 'duplicate' ? 1 : 0);
  });

  it('of two people are never compared', async () => {
    const [ada, eve] = [await someone(), await someone()];
    const title = crypto.randomUUID();
    const [hers, mine] = [await saved(eve, title), await saved(ada, title)];
    await app.settle();
    expect([(await duplicates(ada)).duplicates, (await duplicates(eve)).duplicates]).toEqual([[], []]);
    expect([(await idea(ada, mine.id)).relations, (await idea(eve, hers.id)).relations]).toEqual([[], []]);
  });

  it('saved at the same moment are found all the same', async () => {
    const ada = await someone();
    const title = crypto.randomUUID();
    await Promise.all([saved(ada, title), saved(ada, title)]);
    await app.settle();
    expect((await duplicates(ada)).duplicates).toHaveLength(1);
  });

  it('are compared with the thresholds that the person has set', async () => {
    const ada = await someone();
    expect((await ada.patch('/api/v1/user/me', { settings_json: JSON.stringify({ dedup_threshold: 0.9, related_threshold: 0.8 }) })).status).toBe(200);
    const [, related] = await alike(ada, 0.85);
    expect((await idea(ada, related.id)).relations).toMatchObject([{ relation_type: 'related' }]);
    const [, nothing] = await alike(ada, 0.7);
    expect((await idea(ada, nothing.id)).relations).toEqual([]);
    await alike(ada, 0.9);
    expect((await duplicates(ada)).duplicates).toMatchObject([{ similarity_score: 0.9 }]);
  });

  it('are compared with the five nearest alone', async () => {
    const ada = await someone();
    const first = crypto.randomUUID();
    const others = Array.from({ length: 7 }, (_, i) => [`${i} ${crypto.randomUUID()}`, 0.6 + i / 100] as const);
    embedder.place(first, Object.fromEntries(others));
    for (const [title] of others) await saved(ada, title);
    await app.settle();
    const last = await saved(ada, first);
    await app.settle();
    const scores = (await idea(ada, last.id)).relations.map(({ score }) => score);
    expect(scores.sort()).toEqual([0.62, 0.63, 0.64, 0.65, 0.66]);
  });
});

describe('an idea', () => {
  it('is processing until it has been compared', async () => {
    const ada = await someone();
    const { id, processing } = await saved(ada, crypto.randomUUID());
    expect(processing).toBe(true);
    await app.settle();
    expect((await idea(ada, id)).processing).toBe(false);
  });

  it('that is changed is compared anew: what no longer holds is taken back, what a person made stays', async () => {
    const ada = await someone();
    const [older, newer] = await alike(ada, 0.9);
    const third = crypto.randomUUID();
    embedder.place(third, { [`${older.title} ${third}`]: 0.6 });
    const { id: thirdId } = await saved(ada, third);
    await ada.post('/api/v1/map/relations', { source_idea_id: newer.id, target_idea_id: older.id, relation_type: 'inspires' });
    await ada.patch(`/api/v1/ideas/${newer.id}`, { title: older.title, body: third });
    expect((await idea(ada, newer.id)).processing).toBe(true);
    await app.settle();
    expect((await duplicates(ada)).duplicates).toEqual([]);
    expect((await idea(ada, newer.id)).relations).toMatchObject([
      { relation_type: 'inspires', score: null, target_idea_id: older.id },
      { relation_type: 'related', score: 0.6, source_idea_id: thirdId, target_idea_id: newer.id },
    ]);
  });

  it('gets no relation to what it has one with, and keeps an automatic one that got a note', async () => {
    const ada = await someone();
    const [first, second] = [crypto.randomUUID(), crypto.randomUUID()];
    embedder.place(first, { [second]: 0.6 });
    const [a, b] = [await saved(ada, first), await saved(ada, second)];
    await ada.post('/api/v1/map/relations', { source_idea_id: a.id, target_idea_id: b.id, relation_type: 'blocks' });
    await app.settle();
    expect((await idea(ada, a.id)).relations).toMatchObject([{ relation_type: 'blocks', score: null }]);

    const [, noted] = await alike(ada, 0.6);
    const [relation] = (await idea(ada, noted.id)).relations;
    await ada.patch(`/api/v1/map/relations/${relation?.id}`, { note: 'indeed' });
    await ada.patch(`/api/v1/ideas/${noted.id}`, { title: crypto.randomUUID() });
    await app.settle();
    expect((await idea(ada, noted.id)).relations).toMatchObject([{ id: relation?.id, note: 'indeed' }]);
  });

  it('in the archive takes no part, and does again when it is taken out', async () => {
    const ada = await someone();
    const title = crypto.randomUUID();
    const { id } = await saved(ada, title);
    await ada.delete(`/api/v1/ideas/${id}`);
    await app.settle();
    const again = await saved(ada, title);
    await app.settle();
    expect((await duplicates(ada)).duplicates).toEqual([]);
    await ada.patch(`/api/v1/ideas/${id}`, { is_archived: false });
    await app.settle();
    expect((await duplicates(ada)).duplicates).toMatchObject([{ idea_id: again.id, duplicate_of_id: id }]);
  });
});

describe('a pair', () => {
  it('that is dismissed is never listed again, and its relation is gone', async () => {
    const ada = await someone();
    const [older, newer] = await alike(ada, 0.9);
    const [pair] = (await duplicates(ada)).duplicates;
    const dismissed = await ada.post(`${PATH}/${pair?.id}/dismiss`);
    expect([dismissed.status, dismissed.json]).toEqual([200, { success: true }]);
    expect((await idea(ada, newer.id)).relations).toEqual([]);
    await ada.patch(`/api/v1/ideas/${newer.id}`, { title: crypto.randomUUID() });
    await app.settle();
    await ada.patch(`/api/v1/ideas/${newer.id}`, { title: newer.title });
    await ada.patch(`/api/v1/ideas/${older.id}`, { body: 'changed as well' });
    await app.settle();
    expect((await duplicates(ada)).duplicates).toEqual([]);
    expect((await ada.post(`${PATH}/${pair?.id}/dismiss`)).status).toBe(200);
  });

  it('is dismissed as well by taking its relation away', async () => {
    const ada = await someone();
    const [, newer] = await alike(ada, 0.9);
    const [relation] = (await idea(ada, newer.id)).relations;
    await ada.delete(`/api/v1/map/relations/${relation?.id}`);
    expect((await duplicates(ada)).duplicates).toEqual([]);
  });

  it('that is merged leaves the original, with {"success": true}; merged again it is 409, and so is dismissing it', async () => {
    const ada = await someone();
    const [older, newer] = await alike(ada, 0.9);
    const [pair] = (await duplicates(ada)).duplicates;
    const merged = await ada.post(`${PATH}/${pair?.id}/merge`);
    expect([merged.status, merged.json]).toEqual([200, { success: true }]);
    expect(await idea(ada, newer.id)).toMatchObject({ is_archived: 1, status: 'shelved' });
    expect(await idea(ada, older.id)).toMatchObject({ is_archived: 0, status: 'captured' });
    expect((await duplicates(ada)).duplicates).toEqual([]);
    expect([(await ada.post(`${PATH}/${pair?.id}/merge`)).status, (await ada.post(`${PATH}/${pair?.id}/dismiss`)).status]).toEqual([409, 409]);
  });

  it('of which one is archived is not listed, and merging it is 409', async () => {
    const ada = await someone();
    const [older] = await alike(ada, 0.9);
    const [pair] = (await duplicates(ada)).duplicates;
    await ada.delete(`/api/v1/ideas/${older.id}`);
    expect((await duplicates(ada)).duplicates).toEqual([]);
    expect(await ada.post<Failed>(`${PATH}/${pair?.id}/merge`)).toMatchObject({ status: 409, json: { code: 'conflict' } });
  });

  it('that is unknown, or another person’s, is 404', async () => {
    const [ada, eve] = [await someone(), await someone()];
    await alike(ada, 0.9);
    const [pair] = (await duplicates(ada)).duplicates;
    for (const [client, id] of [
      [ada, 12345],
      [eve, pair?.id],
    ] as const) {
      for (const verb of ['dismiss', 'merge'])
        expect(await client.post(`${PATH}/${id}/${verb}`)).toMatchObject({ status: 404, json: { error: 'Duplicate not found' } });
    }
  });

  it('is read with ideas:read, and changed with ideas:write alone', async () => {
    const reader = await app.person('reader@example.com', ['ideas:read']);
    expect((await reader.get(PATH)).status).toBe(200);
    expect([(await reader.post(`${PATH}/1/dismiss`)).status, (await reader.post(`${PATH}/1/merge`)).status]).toEqual([403, 403]);
  });
});
