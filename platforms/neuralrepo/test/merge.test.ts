import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Client, type Failed, type NeuralRepo, openNeuralRepo } from './support/app.js';
import { type Idea, idea, saved } from './support/ideas.js';

let app: NeuralRepo;
let ada: Client;
let keep: Idea;
let gone: Idea;
let other: Idea;
beforeAll(async () => {
  app = await openNeuralRepo();
  ada = await app.person('ada@example.com');
});
afterAll(() => app?.close());
beforeEach(async () => {
  [keep, gone, other] = [await saved(ada, crypto.randomUUID()), await saved(ada, crypto.randomUUID()), await saved(ada, crypto.randomUUID())];
});

const merge = (id: number, absorb_id: unknown, client = ada) => client.post<Idea & Failed>(`/api/v1/ideas/${id}/merge`, { absorb_id });
const link = async (source: Idea, target: Idea, relation_type: string, more: object = {}) =>
  (await ada.post(`/api/v1/map/relations`, { source_idea_id: source.id, target_idea_id: target.id, relation_type, ...more })).status;
const outgoing = async ({ id }: Idea) =>
  (
    await ada.get<{ readonly outgoing: readonly { readonly idea_id: number; readonly relation_type: string }[] }>(`/api/v1/ideas/${id}/relations`)
  ).json.outgoing.map(({ idea_id, relation_type }) => `${relation_type} ${idea_id}`);
const body = (text: string | null, { id }: Idea) => ada.patch(`/api/v1/ideas/${id}`, { body: text });

describe('merging an idea into another', () => {
  it('answers 200 with the survivor, and archives and shelves the other, which the survivor supersedes', async () => {
    const { status, json } = await merge(keep.id, gone.id);
    expect(status).toBe(200);
    expect(json).toMatchObject({ id: keep.id, title: keep.title, is_archived: 0, status: 'captured' });
    expect(await idea(ada, gone.id)).toMatchObject({ is_archived: 1, status: 'shelved', title: gone.title });
    expect(await outgoing(keep)).toEqual([`supersedes ${gone.id}`]);
  });

  it('appends the body after a horizontal rule; where one of them has none, the other is all', async () => {
    await body('First thought.', keep);
    await body('Second thought.', gone);
    await body('   ', other);
    expect((await merge(keep.id, gone.id)).json.body).toBe('First thought.\n\n---\n\nSecond thought.');
    expect((await idea(ada, gone.id)).body).toBe('Second thought.');
    expect((await merge(keep.id, other.id)).json.body).toBe('First thought.\n\n---\n\nSecond thought.');
    const [empty, full] = [await saved(ada, crypto.randomUUID()), await saved(ada, crypto.randomUUID(), { body: 'Only thought.' })];
    expect((await merge(empty.id, full.id)).json.body).toBe('Only thought.');
  });

  it('whose bodies have more than 50,000 characters together is 409, and changes nothing', async () => {
    await body('x'.repeat(25_000), keep);
    await body('y'.repeat(25_000), gone);
    expect(await merge(keep.id, gone.id)).toMatchObject({ status: 409, json: { next: expect.stringContaining('Shorten') } });
    expect(await idea(ada, gone.id)).toMatchObject({ is_archived: 0, relations: [] });
    // Counted as they are where a body is sent: one that needs two places in memory is one.
    await body('🌱'.repeat(24_993), gone);
    expect([...((await merge(keep.id, gone.id)).json.body ?? '')]).toHaveLength(50_000);
  });

  it('unites the tags, the survivor’s first, each once whatever its case, up to 20', async () => {
    const names = (from: number, count: number) => Array.from({ length: count }, (_, i) => `tag-${from + i}`);
    await ada.patch(`/api/v1/ideas/${keep.id}`, { tags: ['z', ...names(1, 11)] });
    await ada.patch(`/api/v1/ideas/${gone.id}`, { tags: ['Z', ...names(10, 12)] });
    expect((await merge(keep.id, gone.id)).json.tags).toEqual(['z', ...names(1, 19)]);
  });

  it('folds the links into the survivor, no address twice', async () => {
    for (const [{ id }, url] of [
      [keep, 'https://example.com/both'],
      [gone, 'https://example.com/both'],
      [gone, 'https://example.com/own'],
    ] as const)
      expect((await ada.post(`/api/v1/ideas/${id}/links`, { url })).status).toBe(201);
    expect((await merge(keep.id, gone.id)).json.links.map(({ url }) => url).sort()).toEqual(['https://example.com/both', 'https://example.com/own']);
  });

  it('transfers relations in both directions, without those between the two and those that the survivor has', async () => {
    expect([
      await link(gone, other, 'blocks', { note: 'why' }),
      await link(other, gone, 'inspires'),
      await link(gone, other, 'related'),
      await link(other, keep, 'related'),
    ]).toEqual([201, 201, 201, 201]);
    expect([await link(keep, gone, 'parent'), await link(gone, keep, 'related')]).toEqual([201, 201]);
    await merge(keep.id, gone.id);
    expect((await outgoing(keep)).sort()).toEqual([`blocks ${other.id}`, `supersedes ${gone.id}`]);
    expect((await outgoing(other)).sort()).toEqual([`inspires ${keep.id}`, `related ${keep.id}`]);
    expect(await outgoing(gone)).toEqual([]);
    expect((await idea(ada, keep.id)).relations.find(({ relation_type }) => relation_type === 'blocks')).toMatchObject({ note: 'why' });
  });

  it('that would close a circular blocking chain is 409, and changes nothing', async () => {
    await link(keep, other, 'blocks');
    await link(other, gone, 'blocks');
    expect(await merge(keep.id, gone.id)).toMatchObject({ status: 409, json: { error: expect.stringContaining('circular blocking chain') } });
    expect(await outgoing(other)).toEqual([`blocks ${gone.id}`]);
    expect((await idea(ada, gone.id)).is_archived).toBe(0);
  });

  it('puts what lay under the absorbed under the survivor, and the survivor in its place where it lay under it', async () => {
    await ada.patch(`/api/v1/ideas/${gone.id}`, { parent_id: other.id });
    const child = await saved(ada, crypto.randomUUID(), { parent_id: gone.id });
    await ada.patch(`/api/v1/ideas/${keep.id}`, { parent_id: child.id });
    expect((await merge(keep.id, gone.id)).json.parent_id).toBe(other.id);
    expect((await idea(ada, child.id)).parent_id).toBe(keep.id);
  });

  it('of which one is archived already is 409', async () => {
    await merge(keep.id, gone.id);
    expect([(await merge(keep.id, gone.id)).status, (await merge(gone.id, other.id)).status]).toEqual([409, 409]);
  });

  it('that is the same is 400, and unknown ideas and another person’s are 404', async () => {
    expect(await merge(keep.id, keep.id)).toMatchObject({ status: 400, json: { error: { absorb_id: [expect.any(String)] } } });
    expect((await merge(keep.id, undefined)).status).toBe(400);
    const hers = await saved(await app.person('eve@example.com'), 'Hers');
    for (const [into, from] of [
      [keep.id, 12345],
      [12345, keep.id],
      [keep.id, hers.id],
      [hers.id, keep.id],
    ] as const)
      expect(await merge(into, from)).toMatchObject({ status: 404, json: { error: 'Idea not found' } });
  });

  it('settles its pairs, and has the survivor compared anew', async () => {
    const text = `${crypto.randomUUID()} ${crypto.randomUUID()}`;
    const [first, second, third] = [await saved(ada, text), await saved(ada, text), await saved(ada, text)];
    await app.settle();
    const pairs = async () =>
      (
        await ada.get<{ readonly duplicates: readonly { readonly idea_id: number; readonly duplicate_of_id: number }[] }>('/api/v1/ideas/duplicates')
      ).json.duplicates.map(({ idea_id, duplicate_of_id }) => [idea_id, duplicate_of_id]);
    expect(await pairs()).toHaveLength(3);
    expect((await merge(first.id, second.id)).json.processing).toBe(true);
    expect(await pairs()).toEqual([[third.id, first.id]]);
    await app.settle();
    expect(await pairs()).toEqual([[third.id, first.id]]);
    expect((await idea(ada, first.id)).processing).toBe(false);
  });

  it('is the tool merge_ideas too, and asks for ideas:write', async () => {
    const { structuredContent } = await ada.tool('merge_ideas', { id: keep.id, absorb_id: gone.id });
    expect(structuredContent).toMatchObject({ id: keep.id });
    expect((await merge(keep.id, other.id, await app.person('ada@example.com', ['ideas:read']))).status).toBe(403);
  });

  it('twice at the same moment, one into the other, is done once', async () => {
    const statuses = (await Promise.all([merge(keep.id, gone.id), merge(gone.id, keep.id)])).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 409]);
  });
});
