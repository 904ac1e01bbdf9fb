import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type NeuralRepo, openNeuralRepo, withoutRequestId } from './support/app.js';

const path = '/api/v1/ideas';
const UNKNOWN = 123_456_789;

interface Idea {
  readonly id: number;
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
  readonly tags: readonly string[];
  readonly source: string;
  readonly parent_id: number | null;
  readonly is_archived: 0 | 1;
  readonly updated_at: string;
}
interface List {
  readonly ideas: readonly Idea[];
  readonly has_more: boolean;
}
interface Bulk {
  readonly updated: number;
  readonly errors: number;
  readonly results: readonly { readonly id: number; readonly status: string; readonly error?: string }[];
}

describe('ideas', () => {
  let app: NeuralRepo;
  let ann: Client;
  const saved = async (client: Client, body: object) => (await client.post<Idea>(path, body)).json;
  const titles = async (client: Client, query = '') => (await client.get<List>(path + query)).json.ideas.map(({ title }) => title);

  beforeAll(async () => {
    app = await openNeuralRepo();
    ann = await app.person('ann@example.com');
  });
  afterAll(() => app?.close());

  it('saves with 201, the defaults of what was left out, and exactly the documented fields', async () => {
    const { status, json } = await ann.post<Idea>(path, { title: '  Weekly digest ' });
    expect(status).toBe(201);
    expect(json).toEqual({
      ...{ id: expect.any(Number), number: 1, title: 'Weekly digest', body: null, status: 'captured', source: 'api', source_url: null, parent_id: null },
      ...{ is_archived: 0, processing: true, tags: [], links: [], relations: [] },
      ...{ created_at: '2026-01-31T09:30:00Z', updated_at: '2026-01-31T09:30:00Z' },
    });
    expect(Number.isSafeInteger(json.id)).toBe(true);
    const given = { title: 'All of it', body: '# Why', tags: ['iOS', 'mail'], source_url: 'https://example.com/a', status: 'building', parent_id: json.id };
    expect((await ann.post(path, given)).json).toMatchObject({ ...given, number: 2 });
  });

  it('counts numbers for each person, without gaps, whatever happens at once', async () => {
    const client = await app.person('counter@example.com');
    const made = await Promise.all(Array.from({ length: 12 }, (_, i) => saved(client, { title: `Idea ${i}` })));
    expect(made.map(({ number }) => number).sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
  });

  it.each([
    ['a missing title', {}, 'title'],
    ['a blank title', { title: '  ' }, 'title'],
    ['a title of 201 characters', { title: 'x'.repeat(201) }, 'title'],
    ['a body of 50,001 characters', { title: 'x', body: 'x'.repeat(50_001) }, 'body'],
    ['21 tags', { title: 'x', tags: Array.from({ length: 21 }, (_, i) => `t${i}`) }, 'tags'],
    ['an empty tag', { title: 'x', tags: ['ok', ''] }, 'tags.1'],
    ['a tag of 51 characters', { title: 'x', tags: ['x'.repeat(51)] }, 'tags.0'],
    ['a source_url that is none', { title: 'x', source_url: 'example' }, 'source_url'],
    ['a source_url of another kind', { title: 'x', source_url: 'javascript:alert(1)' }, 'source_url'],
    ['a source_url of 2,001 characters', { title: 'x', source_url: `https://e.com/${'x'.repeat(1987)}` }, 'source_url'],
    ['a status that is none', { title: 'x', status: 'done' }, 'status'],
    ['a source that is none', { title: 'x', source: 'fax' }, 'source'],
    ['a parent_id of 0', { title: 'x', parent_id: 0 }, 'parent_id'],
    ['an unknown field', { title: 'x', number: 7 }, 'number'],
  ])('answers 400 with the messages by field in `error` to %s', async (_what, body, field) => {
    const { status, json } = await ann.post<{ code: string; error: object }>(path, body);
    expect([status, json.code, Object.keys(json.error)]).toEqual([400, 'invalid_input', [field]]);
  });

  it('takes each field at its bound', async () => {
    const body = { title: 'x'.repeat(200), body: 'x'.repeat(50_000), tags: Array.from({ length: 20 }, (_, i) => `${i}`.padEnd(50, 'x')) };
    const { status, json } = await ann.post<Idea>(path, { ...body, source_url: `https://e.com/${'x'.repeat(1986)}` });
    expect(status).toBe(201);
    expect(json).toMatchObject(body);
    await ann.delete(`${path}/${json.id}`);
  });

  it('tells where an idea came from by the way it came, and lets who saves it say otherwise, but not who changes it', async () => {
    const website = await app.signedIn('sources@example.com', 'cookie');
    const key = await app.person('sources@example.com');
    const sources = [await saved(website, { title: 'a' }), await saved(key, { title: 'b' }), await saved(key, { title: 'c', source: 'cli' })];
    expect(sources.map(({ source }) => source)).toEqual(['web', 'api', 'cli']);
    const { structuredContent } = await key.tool('save_idea', { title: 'd', source: 'siri' });
    expect(structuredContent).toMatchObject({ source: 'claude-mcp' });
    const { status, json } = await key.patch<{ error: object }>(`${path}/${sources[0]?.id}`, { source: 'email' });
    expect([status, Object.keys(json.error)]).toEqual([400, ['source']]);
    expect(await titles(key, '?source=cli')).toEqual(['c']);
  });

  it('lists newest first, 20 at a time unless told otherwise, and says whether there are more', async () => {
    const client = await app.person('lister@example.com');
    for (let i = 1; i <= 22; i += 1) {
      app.now += 1000;
      await saved(client, { title: `Idea ${i}` });
    }
    const first = (await client.get<List>(path)).json;
    expect([first.ideas.length, first.has_more, first.ideas[0]?.title]).toEqual([20, true, 'Idea 22']);
    const second = (await client.get<List>(`${path}?offset=20`)).json;
    expect([second.ideas.map(({ title }) => title), second.has_more]).toEqual([['Idea 2', 'Idea 1'], false]);
    expect((await client.get<List>(`${path}?limit=22`)).json.has_more).toBe(false);
    for (const query of ['limit=0', 'limit=101', 'limit=x', 'offset=-1', 'status=done', 'colour=red'])
      expect([query, (await client.get(`${path}?${query}`)).status]).toEqual([query, 400]);
    expect((await client.get(`${path}?limit=100`)).status).toBe(200);
  });

  it('filters by status and by the name of a tag, whatever its case', async () => {
    const client = await app.person('filter@example.com');
    await saved(client, { title: 'a', tags: ['iOS'], status: 'building' });
    await saved(client, { title: 'b', tags: ['ios', 'mail'] });
    await saved(client, { title: 'c' });
    expect(await titles(client, '?tag=IOS')).toEqual(['b', 'a']);
    expect(await titles(client, '?tag=ios&status=building')).toEqual(['a']);
    expect(await titles(client, '?tag=nothing')).toEqual([]);
  });

  it('shows one idea with its links and relations, and answers alike to what is unknown and to what is another’s', async () => {
    const mine = await saved(ann, { title: 'Mine' });
    expect((await ann.get<Idea>(`${path}/${mine.id}`)).json).toMatchObject({ title: 'Mine', links: [], relations: [] });
    const bob = await app.person('bob@example.com');
    const answers = [];
    for (const id of [UNKNOWN, mine.id])
      answers.push(await bob.get(`${path}/${id}`), await bob.patch(`${path}/${id}`, { title: 'x' }), await bob.delete(`${path}/${id}`));
    expect(new Set(answers.map((answer) => JSON.stringify(withoutRequestId(answer)))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 404, json: { error: 'Idea not found', code: 'not_found' } });
    expect((await bob.get(`${path}/seven`)).status).toBe(400);
  });

  it('changes what is given and nothing else; tags are replaced, null clears', async () => {
    const idea = await saved(ann, { title: 'Before', body: 'old', tags: ['a', 'b'], source_url: 'https://example.com' });
    app.now += 60_000;
    const { status, json } = await ann.patch<Idea>(`${path}/${idea.id}`, { title: 'After', tags: ['b', 'c'], body: null });
    expect(status).toBe(200);
    expect(json).toMatchObject({ title: 'After', body: null, tags: ['b', 'c'], source_url: 'https://example.com', number: idea.number });
    expect((await ann.patch<Idea>(`${path}/${idea.id}`, {})).json).toEqual(json);
    expect((await ann.patch(`${path}/${idea.id}`, { title: '' })).status).toBe(400);
  });

  it('takes any status after any other', async () => {
    const idea = await saved(ann, { title: 'On its way' });
    for (const status of ['exploring', 'building', 'shipped', 'shelved', 'captured', 'shipped'])
      expect((await ann.patch(`${path}/${idea.id}`, { status })).json).toMatchObject({ status });
  });

  it('puts ideas under others, never under themselves, not even over others, and detaches them with null', async () => {
    const top = await saved(ann, { title: 'Top' });
    const middle = await saved(ann, { title: 'Middle', parent_id: top.id });
    const low = await saved(ann, { title: 'Low', parent_id: middle.id });
    for (const parent_id of [top.id, middle.id, low.id]) {
      const { status, json } = await ann.patch(`${path}/${top.id}`, { parent_id });
      expect([status, json.code]).toEqual([409, 'conflict']);
    }
    expect((await ann.post(path, { title: 'x', parent_id: UNKNOWN })).json).toMatchObject({ error: 'Idea not found' });
    const theirs = await saved(await app.person('bob@example.com'), { title: 'Not yours' });
    expect((await ann.patch(`${path}/${low.id}`, { parent_id: theirs.id })).status).toBe(404);
    expect((await ann.patch<Idea>(`${path}/${middle.id}`, { parent_id: null })).json.parent_id).toBeNull();
    expect((await ann.patch<Idea>(`${path}/${top.id}`, { parent_id: low.id })).json.parent_id).toBe(low.id);
  });

  it('archives with 204: out of the lists, still there by its id, and restored', async () => {
    const client = await app.person('archive@example.com');
    const idea = await saved(client, { title: 'Old', tags: ['x'] });
    const { status, text } = await client.delete(`${path}/${idea.id}`);
    expect({ status, text }).toEqual({ status: 204, text: '' });
    expect((await client.delete(`${path}/${idea.id}`)).status).toBe(204);
    expect(await titles(client)).toEqual([]);
    expect(await titles(client, '?archived=true')).toEqual(['Old']);
    expect((await client.get<Idea>(`${path}/${idea.id}`)).json.is_archived).toBe(1);
    expect((await client.patch<Idea>(`${path}/${idea.id}`, { is_archived: false })).json).toMatchObject({ is_archived: 0, tags: ['x'] });
    expect(await titles(client)).toEqual(['Old']);
  });

  it('answers ids by number, without those that nobody has', async () => {
    const client = await app.person('numbers@example.com');
    const [one, two] = [await saved(client, { title: 'One' }), await saved(client, { title: 'Two' })];
    const { json } = await client.get<{ results: object[] }>(`${path}/by-number?numbers=2,9,1,2`);
    expect(json.results).toEqual([
      { number: 1, id: one.id },
      { number: 2, id: two.id },
    ]);
    for (const numbers of ['', '0', 'x', Array.from({ length: 101 }, (_, i) => i + 1).join()])
      expect((await client.get(`${path}/by-number?numbers=${numbers}`)).status).toBe(400);
  });

  it('changes many at once, and tells one by one what is not there', async () => {
    const [one, two] = [await saved(ann, { title: 'One', tags: ['a', 'b'] }), await saved(ann, { title: 'Two' })];
    const { status, json } = await ann.patch<Bulk>(`${path}/bulk`, {
      ids: [one.id, UNKNOWN, two.id],
      status: 'shelved',
      add_tags: ['Zeal', 'a'],
      remove_tags: ['B'],
    });
    expect(status).toBe(200);
    expect(json).toEqual({
      updated: 2,
      errors: 1,
      results: [
        { id: one.id, status: 'updated' },
        { id: UNKNOWN, status: 'error', error: 'Idea not found' },
        { id: two.id, status: 'updated' },
      ],
    });
    expect((await ann.get(`${path}/${one.id}`)).json).toMatchObject({ status: 'shelved', tags: ['a', 'Zeal'] });
    expect((await ann.get(`${path}/${two.id}`)).json).toMatchObject({ status: 'shelved', tags: ['Zeal', 'a'] });
    expect((await ann.patch(`${path}/bulk`, { ids: [one.id], tags: ['z'] })).status).toBe(200);
    expect((await ann.get(`${path}/${one.id}`)).json).toMatchObject({ tags: ['z'] });
  });

  it('in bulk changes nothing where nothing is to be changed', async () => {
    const before = await saved(ann, { title: 'As it was', tags: ['a'] });
    app.now += 60_000;
    expect((await ann.patch<Bulk>(`${path}/bulk`, { ids: [before.id] })).json).toMatchObject({ updated: 1, errors: 0 });
    expect((await ann.get(`${path}/${before.id}`)).json).toMatchObject({ tags: ['a'], updated_at: before.updated_at });
  });

  it('in bulk neither mixes tags with add_tags, nor gives an idea more than 20', async () => {
    const full = await saved(ann, { title: 'Full', tags: Array.from({ length: 20 }, (_, i) => `t${i}`) });
    expect((await ann.patch(`${path}/bulk`, { ids: [full.id], tags: ['a'], add_tags: ['b'] })).status).toBe(400);
    const { json } = await ann.patch<Bulk>(`${path}/bulk`, { ids: [full.id], status: 'shelved', add_tags: ['one more'] });
    expect(json.results).toEqual([{ id: full.id, status: 'error', error: 'An idea has at most 20 tags' }]);
    expect((await ann.get(`${path}/${full.id}`)).json).toMatchObject({ status: 'captured' });
    expect((await ann.patch(`${path}/bulk`, { ids: [] })).status).toBe(400);
  });
});

describe('what a plan holds', () => {
  let app: NeuralRepo;
  beforeAll(async () => {
    app = await openNeuralRepo();
  });
  afterAll(() => app?.close());

  it('the 101st idea on Free is 403 with `plan_limit`, whatever is saved at once; the archive does not count; Pro has no such limit', async () => {
    // The website's own calls are not counted by the day.
    const person = await app.signedIn('free@example.com', 'cookie');
    const agent = app.as((await app.key('free@example.com')).raw);
    const save = (i: number) => person.post<Idea & { code: string }>(path, { title: `Idea ${i}` });
    for (let i = 0; i < 70; i += 1) expect((await save(i)).status).toBe(201);
    const archived = (await person.get<List>(`${path}?limit=10`)).json.ideas.map(({ id }) => id);
    for (const id of archived) await person.delete(`${path}/${id}`);
    // Over REST, over MCP, and out of the archive.
    const atOnce = await Promise.all([
      ...Array.from({ length: 27 }, async (_, i) => (await save(i)).status === 201),
      ...Array.from({ length: 27 }, async (_, i) => (await agent.tool('save_idea', { title: `Said ${i}` })).isError !== true),
      ...archived.map(async (id) => (await person.patch(`${path}/${id}`, { is_archived: false })).status === 200),
    ]);
    expect([atOnce.length, atOnce.filter(Boolean).length]).toEqual([64, 40]);
    expect((await person.get<List>(`${path}?limit=100`)).json).toMatchObject({ ideas: { length: 100 }, has_more: false });
    const refused = await save(0);
    expect(refused.json).toMatchObject({ code: 'plan_limit', error: 'The free plan holds 100 ideas, and all are taken.', next: expect.any(String) });
    const first = (await person.get<List>(`${path}?limit=1`)).json.ideas[0];
    await person.delete(`${path}/${first?.id}`);
    expect((await save(0)).status).toBe(201);
    expect((await person.patch(`${path}/${first?.id}`, { is_archived: false })).json).toMatchObject({ code: 'plan_limit' });
    await app.setPlan('free@example.com', 'pro');
    expect((await save(0)).status).toBe(201);
    expect((await person.patch(`${path}/${first?.id}`, { is_archived: false })).status).toBe(200);
  });
});
