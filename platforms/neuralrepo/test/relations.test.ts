import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type Failed, type NeuralRepo, openNeuralRepo } from './support/app.js';
import { type Idea, saved } from './support/ideas.js';

interface Relation {
  readonly id: number;
  readonly source_idea_id: number;
  readonly target_idea_id: number;
  readonly relation_type: string;
  readonly note: string | null;
  readonly score: number | null;
  readonly created_at: string;
}
interface Grouped extends Relation {
  readonly idea_id: number;
  readonly idea_number: number;
  readonly idea_title: string;
  readonly idea_status: string;
}
interface Bulk {
  readonly linked: number;
  readonly errors: number;
  readonly results: readonly { readonly status: string; readonly relation_id?: number; readonly error?: string }[];
}

const PATH = '/api/v1/map/relations';

let app: NeuralRepo;
let ada: Client;
let a: Idea;
let b: Idea;
let c: Idea;
beforeAll(async () => {
  app = await openNeuralRepo();
  ada = await app.person('ada@example.com');
});
afterAll(() => app?.close());

/** Three ideas that nothing connects yet, nor is like anything. */
async function three(): Promise<void> {
  [a, b, c] = [await saved(ada, crypto.randomUUID()), await saved(ada, crypto.randomUUID()), await saved(ada, crypto.randomUUID())];
}

const link = (source: number, target: number, more: object = {}, query = '') =>
  ada.post<{ readonly relation: Relation } & Failed>(`${PATH}${query}`, { source_idea_id: source, target_idea_id: target, ...more });
const made = async (source: number, target: number, type: string) => (await link(source, target, { relation_type: type })).json.relation;
const of = async (id: number) =>
  (await ada.get<{ readonly outgoing: readonly Grouped[]; readonly incoming: readonly Grouped[] }>(`/api/v1/ideas/${id}/relations`)).json;

describe('a relation', () => {
  beforeAll(three);

  it('is related where no type is given, and answered 201 in an envelope', async () => {
    const answer = await link(a.id, b.id);
    expect(answer.status).toBe(201);
    expect(answer.json).toEqual({
      relation: {
        id: expect.any(Number),
        source_idea_id: a.id,
        target_idea_id: b.id,
        relation_type: 'related',
        note: null,
        score: null,
        created_at: expect.stringMatching(/Z$/),
      },
    });
  });

  it('twice the same is 409, and so is related the other way round', async () => {
    expect([(await link(a.id, b.id)).status, (await link(b.id, a.id)).status]).toEqual([409, 409]);
    expect((await link(b.id, a.id, { relation_type: 'inspires' })).status).toBe(201);
  });

  it('of an idea with itself is 400', async () => {
    expect(await link(a.id, a.id)).toMatchObject({ status: 400, json: { error: { target_idea_id: [expect.any(String)] } } });
  });

  it('of unknown ideas, and of another person’s, is 404, told alike', async () => {
    const eve = await app.person('eve@example.com');
    const hers = await saved(eve, 'Hers');
    const [unknown, foreign] = [await link(a.id, 12345), await link(a.id, hers.id)];
    expect([unknown.status, foreign.status]).toEqual([404, 404]);
    expect(foreign.json.error).toBe('Idea not found');
    expect({ ...foreign.json, request_id: '' }).toEqual({ ...unknown.json, request_id: '' });
  });

  it('has a note of at most 500 characters', async () => {
    expect((await link(a.id, c.id, { note: 'x'.repeat(501) })).status).toBe(400);
    expect((await link(a.id, c.id, { note: 'x'.repeat(500) })).json.relation.note).toHaveLength(500);
  });

  it('is of a known type, and duplicate is none that people give', async () => {
    for (const relation_type of ['duplicate', 'enemy'])
      expect([relation_type, (await link(b.id, c.id, { relation_type })).status]).toEqual([relation_type, 400]);
  });

  it('asks for source and target, or for links, and never for both', async () => {
    expect((await ada.post(PATH, { source_idea_id: a.id })).json.error).toEqual({ target_idea_id: [expect.any(String)] });
    expect((await ada.post(PATH, { target_idea_id: a.id })).json.error).toEqual({ source_idea_id: [expect.any(String)] });
    expect((await ada.post(PATH, { source_idea_id: a.id, links: [{ source_idea_id: a.id, target_idea_id: b.id }] })).status).toBe(400);
  });

  it('is changed by PATCH, field by field; null takes the note away', async () => {
    const { id } = await made(c.id, b.id, 'inspires');
    expect((await ada.patch<{ readonly relation: Relation }>(`${PATH}/${id}`, { note: 'why' })).json.relation).toMatchObject({
      note: 'why',
      relation_type: 'inspires',
    });
    expect((await ada.patch<{ readonly relation: Relation }>(`${PATH}/${id}`, { relation_type: 'parent' })).json.relation).toMatchObject({
      note: 'why',
      relation_type: 'parent',
    });
    expect((await ada.patch<{ readonly relation: Relation }>(`${PATH}/${id}`, { note: null })).json.relation).toMatchObject({
      note: null,
      relation_type: 'parent',
    });
    expect(await ada.patch<Failed>(`${PATH}/12345`, { note: 'why' })).toMatchObject({ status: 404, json: { error: 'Relation not found' } });
  });

  it('is gone after DELETE, which is 204, and 404 the second time', async () => {
    const { id } = await made(c.id, a.id, 'inspires');
    expect([(await ada.delete(`${PATH}/${id}`)).status, (await ada.delete(`${PATH}/${id}`)).status]).toEqual([204, 404]);
  });
});

describe('relations of an idea', () => {
  beforeAll(three);

  it('are listed by direction, each with the other idea', async () => {
    await made(a.id, b.id, 'parent');
    await made(c.id, a.id, 'blocks');
    const { outgoing, incoming } = await of(a.id);
    expect(outgoing).toEqual([
      expect.objectContaining({ relation_type: 'parent', idea_id: b.id, idea_number: b.number, idea_title: b.title, idea_status: 'captured' }),
    ]);
    expect(incoming).toEqual([
      expect.objectContaining({ relation_type: 'blocks', idea_id: c.id, idea_title: c.title, source_idea_id: c.id, target_idea_id: a.id }),
    ]);
  });

  it('of an unknown idea are 404', async () => {
    expect(await ada.get('/api/v1/ideas/12345/relations')).toMatchObject({ status: 404, json: { error: 'Idea not found' } });
  });
});

describe('several relations at once', () => {
  beforeAll(three);

  it('are made one by one, and what cannot be is told at its place', async () => {
    const links = [
      { source_idea_id: a.id, target_idea_id: b.id, relation_type: 'blocks' },
      { source_idea_id: b.id, target_idea_id: a.id, relation_type: 'blocks' },
      { source_idea_id: a.id, target_idea_id: 12345 },
      { source_idea_id: b.id, target_idea_id: c.id, note: 'with a note' },
    ];
    const { status, json } = await ada.post<Bulk>(PATH, { links });
    expect(status).toBe(201);
    expect(json).toMatchObject({ linked: 2, errors: 2 });
    expect(json.results[0]).toEqual({
      source_idea_id: a.id,
      target_idea_id: b.id,
      relation_type: 'blocks',
      status: 'created',
      relation_id: expect.any(Number),
    });
    expect(json.results[1]).toMatchObject({ status: 'error', error: expect.stringContaining('circular blocking chain') });
    expect(json.results[2]).toMatchObject({ status: 'error', error: 'Idea not found' });
    expect((await of(b.id)).outgoing[0]).toMatchObject({ note: 'with a note', relation_type: 'related' });
  });

  it('are at most 100', async () => {
    const links = Array.from({ length: 101 }, () => ({ source_idea_id: a.id, target_idea_id: c.id }));
    expect((await ada.post(PATH, { links })).status).toBe(400);
  });
});

describe('a cycle', () => {
  beforeAll(three);

  it('of blocks is refused with 409, however long, and with force too', async () => {
    await made(a.id, b.id, 'blocks');
    await made(b.id, c.id, 'blocks');
    const text = `This would make a circular blocking chain: #${c.number} → #${a.number} → #${b.number} → #${c.number}.`;
    expect(await link(c.id, a.id, { relation_type: 'blocks' })).toMatchObject({ status: 409, json: { error: text, code: 'conflict' } });
    expect((await link(c.id, a.id, { relation_type: 'blocks' }, '?force=true')).status).toBe(409);
  });

  it.each(['parent', 'supersedes', 'inspires'])('of %s is refused with 409 that offers force, and made with force=true', async (type) => {
    await made(a.id, b.id, type);
    await made(b.id, c.id, type);
    expect(await link(c.id, a.id, { relation_type: type })).toMatchObject({ status: 409, json: { next: expect.stringContaining('force=true') } });
    expect((await link(c.id, a.id, { relation_type: type }, '?force=true')).status).toBe(201);
  });

  it('of related is none', async () => {
    for (const [source, target] of [
      [a, b],
      [b, c],
      [c, a],
    ] as const)
      expect((await link(source.id, target.id)).status).toBe(201);
  });

  it('of several types is none', async () => {
    await three();
    await made(a.id, b.id, 'blocks');
    expect((await link(b.id, a.id, { relation_type: 'parent' })).status).toBe(201);
  });

  it('is not closed by PATCH either, but with force where force may', async () => {
    await three();
    await made(a.id, b.id, 'blocks');
    await made(a.id, b.id, 'parent');
    const { id } = await made(b.id, a.id, 'inspires');
    expect(await ada.patch(`${PATH}/${id}`, { relation_type: 'blocks', force: true })).toMatchObject({
      status: 409,
      json: { error: expect.stringContaining('circular blocking chain') },
    });
    expect((await ada.patch(`${PATH}/${id}`, { relation_type: 'parent' })).status).toBe(409);
    expect((await ada.patch(`${PATH}/${id}?force=true`, { relation_type: 'parent' })).status).toBe(200);
  });

  it('is not closed by two calls that each close one half of it, at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      await three();
      const statuses = (await Promise.all([link(a.id, b.id, { relation_type: 'blocks' }), link(b.id, a.id, { relation_type: 'blocks' })])).map(
        ({ status }) => status,
      );
      expect(statuses.sort()).toEqual([201, 409]);
    }
  });
});

describe('link_ideas', () => {
  it('does the same as the route', async () => {
    await three();
    const { structuredContent } = await ada.tool('link_ideas', { source_idea_id: a.id, target_idea_id: b.id, relation_type: 'inspires', note: 'led to it' });
    expect(structuredContent).toMatchObject({ relation: { source_idea_id: a.id, relation_type: 'inspires', note: 'led to it' } });
    expect((await ada.tool('link_ideas', { source_idea_id: a.id, target_idea_id: b.id, relation_type: 'inspires' })).isError).toBe(true);
  });

  it('is not for a key that only reads', async () => {
    const reader = await app.person('ada@example.com', ['ideas:read']);
    expect((await reader.post(PATH, { source_idea_id: a.id, target_idea_id: c.id })).status).toBe(403);
    expect((await reader.get(`/api/v1/ideas/${a.id}/relations`)).status).toBe(200);
  });
});
