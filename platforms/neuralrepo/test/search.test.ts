import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type NeuralRepo, openNeuralRepo } from './support/app.js';
import { EmbedderStandIn, MODEL } from './support/embedder.js';
import { type Idea, saved } from './support/ideas.js';

interface Answer {
  readonly query: string;
  readonly search_type: string;
  readonly embedder?: string;
  readonly results: readonly (Idea & { readonly score: number | null })[];
  readonly error: unknown;
  readonly code: string;
}

const PATH = '/api/v1/ideas/search';
/** So many words that one of them says little of it. */
const LONG = `Keep working on the train, then merge what changed. The dashboard is not part of it. Conflicts show both versions side by side,
  the newest wins unless somebody chooses otherwise, attachments follow later over wireless networks, batteries permitting, and a small
  badge counts pending uploads. Measure first whether people travel often enough, ask twenty customers, sketch three screens, estimate costs.`;
const search = (client: Client, q: string, more: Readonly<Record<string, string>> = {}) => client.get<Answer>(`${PATH}?${new URLSearchParams({ q, ...more })}`);
const titles = async (client: Client, q: string, more: Readonly<Record<string, string>> = {}) =>
  (await search(client, q, more)).json.results.map(({ title }) => title);

describe('searching with the local embedder', () => {
  let app: NeuralRepo;
  let ada: Client;
  beforeAll(async () => {
    app = await openNeuralRepo();
    ada = await app.person('ada@example.com');
    for (const [title, body] of [
      ['Dark mode for the dashboard', 'Eyes hurt at night.'],
      ['Dashboards in dark colors', null],
      ['Offline sync', LONG],
      ['Rain barrel', 'Collect water from the roof.'],
    ] as const)
      await saved(ada, title, { body, tags: ['seed'] });
    await app.settle();
  });
  afterAll(() => app?.close());

  it('answers the query, the type, the embedder and whole ideas with scores in descending order', async () => {
    const { status, json } = await search(ada, 'dark dashboard');
    expect(status).toBe(200);
    expect(json).toMatchObject({ query: 'dark dashboard', search_type: 'semantic', embedder: 'local-lexical' });
    expect(
      json.results
        .slice(0, 2)
        .map(({ title }) => title)
        .sort(),
    ).toEqual(['Dark mode for the dashboard', 'Dashboards in dark colors']);
    expect(json.results[0]).toMatchObject({ tags: ['seed'], status: 'captured', processing: false, is_archived: 0 });
    const scores = json.results.map(({ score }) => score ?? 0);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(Math.min(...scores)).toBeGreaterThanOrEqual(0.2);
    expect(Math.max(...scores)).toBeLessThanOrEqual(1);
  });

  it('finds words in another form, which keyword search does not', async () => {
    expect(await titles(ada, 'barrels')).toEqual(['Rain barrel']);
    expect(await titles(ada, 'barrels', { mode: 'keyword' })).toEqual([]);
  });

  it('falls back to keywords where nothing is like the question, and says so with search_type fts and no score', async () => {
    const { json } = await search(ada, 'working');
    expect(json).toMatchObject({ query: 'working', search_type: 'fts', results: [{ title: 'Offline sync', score: null }] });
    expect(json.embedder).toBeUndefined();
    expect((await search(ada, 'working', { mode: 'semantic' })).json).toMatchObject({ search_type: 'semantic', results: [] });
  });

  it('by keyword finds titles and bodies: every word must occur, the last may be a beginning, titles come first', async () => {
    expect(await titles(ada, 'dashboard', { mode: 'keyword' })).toEqual(['Dashboards in dark colors', 'Dark mode for the dashboard', 'Offline sync']);
    expect(await titles(ada, 'DARK dash', { mode: 'keyword' })).toEqual(['Dashboards in dark colors', 'Dark mode for the dashboard']);
    expect(await titles(ada, 'dark train', { mode: 'keyword' })).toEqual([]);
    expect(await titles(ada, '?!', { mode: 'keyword' })).toEqual([]);
  });

  it('takes limit and offset, and answers 400 out of range', async () => {
    const all = await titles(ada, 'dashboard', { mode: 'keyword' });
    expect(await titles(ada, 'dashboard', { mode: 'keyword', limit: '1', offset: '1' })).toEqual(all.slice(1, 2));
    const found = await titles(ada, 'dark dashboard');
    expect(await titles(ada, 'dark dashboard', { limit: '1', offset: '1' })).toEqual(found.slice(1, 2));
    expect((await search(ada, 'dark dashboard', { offset: '50' })).json).toMatchObject({ search_type: 'semantic', results: [] });
    for (const [name, value] of [
      ['limit', '0'],
      ['limit', '101'],
      ['offset', '-1'],
      ['mode', 'psychic'],
    ] as const)
      expect([name, value, (await search(ada, 'dark', { [name]: value })).status]).toEqual([name, value, 400]);
  });

  it('without a q, with a blank one, or with one of more than 500 characters is 400', async () => {
    for (const query of ['', '?q=', '?q=%20%20', `?q=${'x'.repeat(501)}`])
      expect(await ada.get(`${PATH}${query}`)).toMatchObject({ status: 400, json: { error: { q: [expect.any(String)] } } });
    expect((await search(ada, 'x'.repeat(500))).status).toBe(200);
  });

  it('takes any question for words to look for, and nothing in it for an order', async () => {
    const odd = [
      'a',
      'the and of',
      '🎉',
      '👩‍🚀',
      '天安门',
      'مكتبة',
      'NEAR(dark mode, 3)',
      'dark*',
      '-dark',
      '"dark',
      '""',
      "' OR 1=1 --",
      'AND',
      'a NOT',
      '((',
      '^',
      'title:dark',
    ];
    const more = [
      '{title body}:x',
      'a|b & !c',
      'dark:*',
      '<->',
      '%',
      '_',
      '\\',
      '\u200b',
      '\u202eabc',
      'ﬁ½０',
      '🎉'.repeat(250),
      'é'.repeat(500),
      'x '.repeat(249),
    ];
    const asked = [...odd, ...more].flatMap((q) => [search(ada, q), search(ada, q, { mode: 'keyword' })]);
    expect(new Set((await Promise.all(asked)).map(({ status }) => status))).toEqual(new Set([200]));
    expect(await titles(ada, '-dark "mode*', { mode: 'keyword' })).toEqual(['Dark mode for the dashboard']);
    expect((await ada.get(`${PATH}?q=dark%00`)).status).toBe(400);
  });

  it('beyond the end finds nothing more', async () => {
    for (const mode of ['semantic', 'keyword']) expect((await search(ada, 'dark', { mode, offset: '9007199254740991' })).json.results).toEqual([]);
  });

  it('turns no page too far where something before it has gone into the archive', async () => {
    const dan = await app.person('dan@example.com');
    for (const title of ['Copper kettle', 'Copper kettle, big', 'Copper kettle, big and blue']) await saved(dan, title);
    await app.settle();
    const page = async (offset: number) => (await search(dan, 'copper kettle', { mode: 'semantic', limit: '1', offset: `${offset}` })).json.results;
    const [first, second, third] = [...(await page(0)), ...(await page(1)), ...(await page(2))];
    await dan.delete(`/api/v1/ideas/${first?.id}`);
    expect((await page(1)).map(({ id }) => id)).toEqual([third?.id]);
    expect((await page(0)).map(({ id }) => id)).toEqual([second?.id]);
  });

  it('leaves out what is in the archive, by likeness and by keyword, and finds it again when it is taken out', async () => {
    const { id } = await saved(ada, 'Zeppelin harbour');
    await app.settle();
    const found = async () => [await titles(ada, 'zeppelin', { mode: 'semantic' }), await titles(ada, 'zeppelin', { mode: 'keyword' })];
    expect(await found()).toEqual([['Zeppelin harbour'], ['Zeppelin harbour']]);
    await ada.delete(`/api/v1/ideas/${id}`);
    expect(await found()).toEqual([[], []]);
    await ada.patch(`/api/v1/ideas/${id}`, { is_archived: false });
    await app.settle();
    expect(await found()).toEqual([['Zeppelin harbour'], ['Zeppelin harbour']]);
  });

  it('knows an idea by what it says now', async () => {
    const { id } = await saved(ada, 'Wooden canoe');
    await app.settle();
    await ada.patch(`/api/v1/ideas/${id}`, { title: 'Brass telescope' });
    await app.settle();
    expect([await titles(ada, 'wooden canoe', { mode: 'semantic' }), await titles(ada, 'brass telescope', { mode: 'semantic' })]).toEqual([
      [],
      ['Brass telescope'],
    ]);
  });

  it('keeps to the threshold that the person has set', async () => {
    const bea = await app.person('bea@example.com');
    await saved(bea, 'Copper kettle for tea');
    await app.settle();
    expect((await search(bea, 'kettle', { mode: 'semantic' })).json.results).toHaveLength(1);
    await bea.patch('/api/v1/user/me', { settings_json: JSON.stringify({ search_threshold: 0.9 }) });
    expect((await search(bea, 'kettle', { mode: 'semantic' })).json.results).toHaveLength(0);
  });

  it('never finds another person’s ideas', async () => {
    const eve = await app.person('eve@example.com');
    expect([await titles(eve, 'dark dashboard'), await titles(eve, 'dark dashboard', { mode: 'keyword' })]).toEqual([[], []]);
  });

  it('is the tool search_ideas too, and is read with ideas:read', async () => {
    const reader = await app.person('ada@example.com', ['ideas:read']);
    const { structuredContent } = await reader.tool('search_ideas', { q: 'rain barrel' });
    expect(structuredContent).toMatchObject({ search_type: 'semantic', results: [{ title: 'Rain barrel', score: expect.any(Number) }] });
  });
});

describe('searching with an embedder over HTTP', () => {
  let embedder: EmbedderStandIn;
  let app: NeuralRepo;
  let ada: Client;
  beforeAll(async () => {
    embedder = await EmbedderStandIn.start();
    app = await openNeuralRepo(embedder.environment);
    ada = await app.person('ada@example.com');
    embedder.place('how to save energy', { 'Solar roof': 0.87, 'Heat pump': 0.61, 'Pancakes with jam': 0.12 });
    for (const title of ['Pancakes with jam', 'Heat pump', 'Solar roof']) await saved(ada, title);
    await app.settle();
  });
  afterAll(async () => {
    await app?.close();
    await embedder?.close();
  });

  it('finds what is meant, with the cosine as the score', async () => {
    const { json } = await search(ada, 'how to save energy');
    expect(json).toMatchObject({ search_type: 'semantic', embedder: MODEL });
    expect(json.results.map(({ title, score }) => [title, score])).toEqual([
      ['Solar roof', 0.87],
      ['Heat pump', 0.61],
    ]);
  });

  it('that is out falls back to keywords, and says 503 where only likeness was asked for', async () => {
    embedder.failing = { status: 500, body: '{}' };
    expect((await search(ada, 'pancakes')).json).toMatchObject({ search_type: 'fts', results: [{ title: 'Pancakes with jam' }] });
    expect(await search(ada, 'pancakes', { mode: 'semantic' })).toMatchObject({ status: 503, json: { code: 'unavailable' } });
    embedder.failing = undefined;
  });
});
