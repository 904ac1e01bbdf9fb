import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type NeuralRepo, openNeuralRepo } from './support/app.js';

const path = '/api/v1/tags';

interface Tag {
  readonly id: number;
  readonly name: string;
  readonly color: string | null;
  readonly idea_count: number;
}
interface Tags {
  readonly tags: readonly Tag[];
  readonly has_more: boolean;
}

describe('tags', () => {
  let app: NeuralRepo;
  let ann: Client;
  const list = async (client: Client, query = '') => (await client.get<Tags>(path + query)).json;
  const create = (client: Client, body: object) => client.post<{ tag: Tag; error: object }>(path, body);

  beforeAll(async () => {
    app = await openNeuralRepo();
    ann = await app.person('ann@example.com');
  });
  afterAll(() => app?.close());

  it('creates with 201 in {tag}, keeping the case, with or without a color', async () => {
    const { status, json } = await create(ann, { name: 'iOS', color: '#7c3AED' });
    expect(status).toBe(201);
    expect(json).toEqual({ tag: { id: expect.any(Number), name: 'iOS', color: '#7c3AED', created_at: '2026-01-31T09:30:00Z' } });
    expect((await create(ann, { name: 'mail' })).json.tag.color).toBeNull();
  });

  it.each([
    ['no name', {}, 'name'],
    ['a name of 51 characters', { name: 'x'.repeat(51) }, 'name'],
    ['a blank name', { name: ' ' }, 'name'],
    ['a color by its name', { name: 'x', color: 'red' }, 'color'],
    ['a color of three digits', { name: 'x', color: '#fff' }, 'color'],
  ])('answers 400 to %s', async (_what, body, field) => {
    const { status, json } = await create(ann, body);
    expect([status, Object.keys(json.error)]).toEqual([400, [field]]);
  });

  it('refuses a name that is taken, whatever its case, with 409, be it created or renamed to', async () => {
    const client = await app.person('names@example.com');
    await create(client, { name: 'Work' });
    expect(await create(client, { name: 'WORK' })).toMatchObject({ status: 409, json: { code: 'conflict' } });
    const other = (await create(client, { name: 'Play' })).json.tag;
    expect(await client.patch(`${path}/${other.id}`, { name: 'work' })).toMatchObject({ status: 409, json: { code: 'conflict' } });
    const renamed = await client.patch<{ tag: Tag }>(`${path}/${other.id}`, { name: 'PLAY' });
    expect(renamed.json.tag.name).toBe('PLAY');
  });

  it('lists by name with how many ideas have each, without the archive, page by page', async () => {
    const client = await app.person('lists@example.com');
    const save = async (title: string, tags: readonly string[]) => (await client.post<{ id: number }>('/api/v1/ideas', { title, tags })).json.id;
    await save('one', ['b', 'a']);
    const gone = await save('two', ['B']);
    await create(client, { name: 'C' });
    await client.delete(`/api/v1/ideas/${gone}`);
    expect((await list(client)).tags.map(({ name, idea_count }) => [name, idea_count])).toEqual([
      ['a', 1],
      ['b', 1],
      ['C', 0],
    ]);
    expect(await list(client, '?limit=2')).toMatchObject({ tags: [{ name: 'a' }, { name: 'b' }], has_more: true });
    expect(await list(client, '?offset=2')).toMatchObject({ tags: [{ name: 'C' }], has_more: false });
    expect(Object.keys((await list(client)).tags[0] ?? {})).toEqual(['id', 'name', 'color', 'idea_count']);
  });

  it('changes only what is sent; ideas show the new name; deleting detaches, and leaves ideas otherwise', async () => {
    const client = await app.person('changes@example.com');
    const idea = (await client.post<{ id: number }>('/api/v1/ideas', { title: 'Kept', tags: ['draft', 'other'] })).json.id;
    const tag = (await list(client)).tags[0]?.id;
    expect((await client.patch(`${path}/${tag}`, { color: '#00ff00' })).json).toEqual({ tag: { id: tag, name: 'draft', color: '#00ff00', idea_count: 1 } });
    expect((await client.patch(`${path}/${tag}`, { name: 'sketch' })).json).toMatchObject({ tag: { name: 'sketch', color: '#00ff00' } });
    expect((await client.get(`/api/v1/ideas/${idea}`)).json).toMatchObject({ tags: ['sketch', 'other'] });
    expect(await client.delete(`${path}/${tag}`)).toMatchObject({ status: 204, text: '' });
    expect((await client.get(`/api/v1/ideas/${idea}`)).json).toMatchObject({ title: 'Kept', tags: ['other'] });
  });

  it('answers 404 alike to what is unknown and to another’s', async () => {
    const bob = await app.person('bob@example.com');
    const mine = (await create(ann, { name: 'mine' })).json.tag.id;
    for (const id of [7, mine]) {
      expect(await bob.patch(`${path}/${id}`, { name: 'theirs' })).toMatchObject({ status: 404, json: { error: 'Tag not found', code: 'not_found' } });
      expect(await bob.delete(`${path}/${id}`)).toMatchObject({ status: 404, json: { error: 'Tag not found' } });
    }
    expect((await create(bob, { name: 'mine' })).status).toBe(201);
  });
});
