import { neuralrepo } from '@gatehouse/neuralrepo';
import { readConfig } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseKind, newAppDatabase } from '../../../test/support/app-database.js';
import { clientOf } from '../../../test/support/client.js';
import { openApp, settableClock } from '../../../test/support/open-app.js';
import { lexical } from '../src/similarity/lexical.js';
import { Scanner } from '../src/similarity/scanner.js';
import { textOf } from '../src/similarity/text.js';
import { type Client, type NeuralRepo, openNeuralRepo } from './support/app.js';
import { EmbedderStandIn, KEY, MODEL } from './support/embedder.js';
import { idea, saved } from './support/ideas.js';

interface Found {
  readonly embedder?: string;
  readonly search_type: string;
  readonly results: readonly { readonly title: string }[];
}
interface Similar {
  readonly similar: readonly { readonly name: string; readonly idea_count: number; readonly similarity: number }[];
  readonly message?: string;
  readonly error?: string;
}

const search = async (client: Client, q: string) => (await client.get<Found>(`/api/v1/ideas/search?q=${encodeURIComponent(q)}&mode=semantic`)).json;

describe('the local embedder', () => {
  const signal = new AbortController().signal;
  const embed = (title: string, body: string | null = null) => lexical.embed(textOf(title, body), signal);
  const likeness = async (one: string, other: string, body: string | null = null) => {
    const [a, b] = [await embed(one), await embed(other, body)];
    return a.reduce((sum, component, i) => sum + component * (b[i] ?? 0), 0);
  };

  it('makes the same vector of 1,024 dimensions and unit length from the same text', async () => {
    const [one, again] = [await embed('Solar roof', 'Panels, and a battery.'), await embed(' Solar  roof\n', 'Panels,\tand a battery. ')];
    expect(again).toEqual(one);
    expect([one.length, one.reduce((sum, component) => sum + component ** 2, 0)]).toEqual([1024, expect.closeTo(1, 5)]);
  });

  it('takes the same words in another order for a duplicate, some in common for related, and none for neither', async () => {
    expect(await likeness('Dark mode for the dashboard', 'A dashboard with dark mode')).toBeGreaterThan(0.75);
    const some = await likeness('Dark mode for the dashboard', 'Dark mode for the settings');
    expect([some > 0.5, some < 0.75]).toEqual([true, true]);
    expect(await likeness('Dark mode for the dashboard', 'A rain barrel for the garden')).toBeLessThan(0.2);
  });

  it('counts parts of words, no case and no accents', async () => {
    expect(await likeness('testing', 'tests')).toBeGreaterThan(0.25);
    expect(await likeness('CAFÉ', 'cafe')).toBeCloseTo(1, 5);
  });

  it('finds words in what is written without spaces', async () => {
    for (const [question, title, other] of [
      ['北京', '我爱北京天安门', '上海的早餐'],
      ['アイデア', '日本語のアイデアノート', '東京の散歩'],
      ['ไอเดีย', 'สมุดไอเดียใหม่', 'ร้านกาแฟ'],
    ] as const)
      expect([question, (await likeness(question, title)) > 0.2, (await likeness(question, other)) < 0.2]).toEqual([question, true, true]);
  });

  it('counts the title more than the body', async () => {
    expect(await likeness('solar', 'solar kettle', 'copper')).toBeGreaterThan(await likeness('solar', 'copper kettle', 'solar'));
  });

  it('reads 8,192 characters of title and body, and any text at all', async () => {
    const long = `${'word '.repeat(2000)}`;
    expect(await embed('title', `${long} zeppelin`)).toEqual(await embed('title', long));
    for (const text of ['?!', '', '漢字', 'the', '👩‍🚀']) expect((await embed(text)).every(Number.isFinite)).toBe(true);
  });
});

describe('the thread that compares vectors', () => {
  it('keeps no process alive', async () => {
    const ports = () => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
    const before = ports();
    const scanner = new Scanner(() => {});
    scanner.load('of one', { ids: ['a'], versions: [1], vectors: new Float32Array([1, 0]), dimensions: 2 });
    expect(await scanner.find('of one', { vector: new Float32Array([1, 0]), least: 0.5, most: 1 })).toMatchObject({ hits: [{ id: 'a', score: 1 }] });
    expect(ports()).toBe(before);
  });
});

describe('the embedder over HTTP', () => {
  let embedder: EmbedderStandIn;
  let app: NeuralRepo;
  let ada: Client;
  beforeAll(async () => {
    embedder = await EmbedderStandIn.start();
    app = await openNeuralRepo(embedder.environment);
    ada = await app.person('ada@example.com');
  });
  afterAll(async () => {
    await app?.close();
    await embedder?.close();
  });

  it('is asked at <base>/embeddings with the model, the key, and title and body in one line of at most 8,192 characters', async () => {
    await saved(ada, 'Solar   roof', { body: `\n panels \t and\nx${'🌱'.repeat(4500)}` });
    await app.settle();
    const [{ path, authorization, body } = { path: '', authorization: '', body: { model: '', input: '' } }] = embedder.asked;
    expect([path, authorization, body.model]).toEqual(['/v1/embeddings', `Bearer ${KEY}`, MODEL]);
    expect(body.input).toMatch(/^Solar roof panels and x🌱+.$/u);
    expect([body.input.length, body.input.isWellFormed()]).toEqual([8192, true]);
  });

  it.each([
    ['a failure', { status: 500, body: '{}' }],
    ['something else than JSON', { status: 200, body: '<html>' }],
    ['no vector', { status: 200, body: '{"data": []}' }],
    ['a vector of other dimensions', { status: 200, body: '{"data": [{"embedding": [1, 0]}]}' }],
  ])('that answers with %s is asked again later, and the idea is processing until then', async (_what, failing) => {
    embedder.failing = failing;
    const { id } = await saved(ada, crypto.randomUUID());
    await app.settle();
    expect((await idea(ada, id)).processing).toBe(true);
    embedder.failing = undefined;
    await app.settle();
    expect((await idea(ada, id)).processing).toBe(false);
  });
});

describe('the settings of the embedder', () => {
  const check = (environment: Record<string, string>, development = true) =>
    neuralrepo.checkSettings({ settings: readConfig({ port: '0' }, environment, neuralrepo.settings).settings, development });
  const all = { NEURALREPO_EMBEDDER_URL: 'https://api.example.com/v1', NEURALREPO_EMBEDDER_MODEL: MODEL };

  it('are all there, but for key and dimensions, or none of them', () => {
    for (const environment of [{}, all, { ...all, NEURALREPO_EMBEDDER_KEY: 'k', NEURALREPO_EMBEDDER_DIMENSIONS: '768' }])
      expect(() => check(environment)).not.toThrow();
    expect(() => check({ NEURALREPO_EMBEDDER_MODEL: MODEL })).toThrow('NEURALREPO_EMBEDDER_URL is missing');
    expect(() => check({ NEURALREPO_EMBEDDER_KEY: 'k' })).toThrow('NEURALREPO_EMBEDDER_URL is missing');
    expect(() => check({ NEURALREPO_EMBEDDER_URL: 'https://api.example.com/v1' })).toThrow('NEURALREPO_EMBEDDER_MODEL is missing');
  });

  it.each([
    ['NEURALREPO_EMBEDDER_URL', 'api.example.com'],
    ['NEURALREPO_EMBEDDER_URL', 'ftp://api.example.com'],
    ['NEURALREPO_EMBEDDER_URL', 'https://user:secret@api.example.com'],
    ['NEURALREPO_EMBEDDER_URL', 'https://api.example.com/v1?key=secret'],
    ['NEURALREPO_EMBEDDER_KEY', 'two words'],
    ['NEURALREPO_EMBEDDER_DIMENSIONS', '0'],
    ['NEURALREPO_EMBEDDER_DIMENSIONS', '4097'],
    ['NEURALREPO_EMBEDDER_DIMENSIONS', 'many'],
  ])('that are wrong are told by name, and not repeated: %s', (name, value) => {
    expect(() => check({ ...all, [name]: value })).toThrow(new RegExp(`^${name} must (?!.*secret)`));
  });

  it('lead over http only in development', () => {
    const local = { ...all, NEURALREPO_EMBEDDER_URL: 'http://127.0.0.1:8080/v1' };
    expect(() => check(local)).not.toThrow();
    expect(() => check(local, false)).toThrow('NEURALREPO_EMBEDDER_URL must begin with https://');
  });

  it('that are wrong let no server start', async () => {
    await expect(openNeuralRepo({ NEURALREPO_EMBEDDER_URL: 'https://api.example.com/v1' })).rejects.toThrow('NEURALREPO_EMBEDDER_MODEL is missing');
  });
});

describe('another embedder than before', () => {
  it('reckons every vector anew, in steps, and never compares with the old ones', async () => {
    const embedder = await EmbedderStandIn.start();
    const database = await newAppDatabase(databaseKind(), neuralrepo);
    const clock = settableClock();
    const open = (environment: Record<string, string>) => openApp(neuralrepo, { environment, clock, database: { ...database, remove: async () => undefined } });
    const before = await open({});
    const { raw, tenant } = await before.key('ada@example.com');
    const ada = (url: string) => clientOf(url, raw);
    await saved(ada(before.url), 'Solar roof', { tags: ['energy'] });
    await saved(ada(before.url), 'Heat pump', { tags: ['heating'] });
    await before.gatehouse.users.setPlan(tenant, 'pro');
    const settled = async ({ gatehouse }: typeof before) => {
      clock.advance(60_000);
      await gatehouse.jobs.settle();
    };
    await settled(before);
    expect((await search(ada(before.url), 'solar')).results).toHaveLength(1);
    await before.close();

    embedder.place('saving energy', { 'Solar roof': 0.8, 'Heat pump': 0.7 });
    embedder.place('energy', { heating: 0.66 });
    const after = await open(embedder.environment);
    expect(await search(ada(after.url), 'saving energy')).toMatchObject({ embedder: MODEL, results: [] });
    expect((await ada(after.url).get<Similar>('/api/v1/tags/similar?tag=energy')).json).toEqual({ similar: [], message: 'Tag has no embedding yet' });
    await settled(after);
    expect((await search(ada(after.url), 'saving energy')).results.map(({ title }) => title)).toEqual(['Solar roof', 'Heat pump']);
    expect((await ada(after.url).get<Similar>('/api/v1/tags/similar?tag=energy')).json.similar).toEqual([{ name: 'heating', idea_count: 1, similarity: 0.66 }]);
    await after.close();
    await database.remove();
    await embedder.close();
  });
});

describe('similar tags', () => {
  let embedder: EmbedderStandIn;
  let app: NeuralRepo;
  let ada: Client;
  const similar = (query: string, client = ada) => client.get<Similar>(`/api/v1/tags/similar?${query}`);
  beforeAll(async () => {
    embedder = await EmbedderStandIn.start();
    app = await openNeuralRepo(embedder.environment);
    ada = await app.person('ada@example.com');
    embedder.place('energy', { power: 0.91, solar: 0.8, heat: 0.7, wind: 0.6, grid: 0.55, coal: 0.5, cake: 0.1 });
    await saved(ada, 'Solar roof', { tags: ['energy', 'power', 'solar', 'heat', 'wind', 'grid', 'coal', 'cake'] });
    await saved(ada, 'Heat pump', { tags: ['power'] });
    await app.settle();
  });
  afterAll(async () => {
    await app?.close();
    await embedder?.close();
  });

  it('are five at most unless limit says otherwise, the most alike first, each with its ideas and similarity', async () => {
    const { status, json } = await similar('tag=energy');
    expect(status).toBe(200);
    expect(json.similar.slice(0, 2)).toEqual([
      { name: 'power', idea_count: 2, similarity: 0.91 },
      { name: 'solar', idea_count: 1, similarity: 0.8 },
    ]);
    expect(json.similar).toHaveLength(5);
    expect(json).not.toHaveProperty('message');
    expect((await similar('tag=ENERGY&limit=1')).json.similar).toHaveLength(1);
    expect((await similar('tag=energy&limit=20')).json.similar).toHaveLength(6);
    expect([(await similar('tag=energy&limit=21')).status, (await similar('tag=energy&limit=0')).status, (await similar('')).status]).toEqual([400, 400, 400]);
  });

  it('of a tag whose vector is still being reckoned are none, with a message that says so', async () => {
    embedder.failing = { status: 500, body: '{}' };
    await ada.post('/api/v1/tags', { name: 'fresh' });
    expect((await similar('tag=fresh')).json).toEqual({ similar: [], message: 'Tag has no embedding yet' });
    embedder.failing = undefined;
  });

  it('of an unknown tag, and of another person’s, are 404', async () => {
    const eve = await app.person('eve@example.com');
    for (const [client, tag] of [
      [ada, 'nothing'],
      [eve, 'energy'],
    ] as const)
      expect(await similar(`tag=${tag}`, client)).toMatchObject({ status: 404, json: { error: 'Tag not found' } });
  });

  it('leave out one that is deleted, and know one by its new name', async () => {
    embedder.place('sun', { 'sunny day': 0.9, moon: 0.8 });
    await saved(ada, 'Third', { tags: ['sun', 'bright', 'moon'] });
    await app.settle();
    const { tags } = (await ada.get<{ readonly tags: readonly { readonly id: number; readonly name: string }[] }>('/api/v1/tags?limit=100')).json;
    const idOf = (name: string) => tags.find((tag) => tag.name === name)?.id;
    expect((await similar('tag=sun')).json.similar.map(({ name }) => name)).toEqual(['moon']);
    await ada.delete(`/api/v1/tags/${idOf('moon')}`);
    await ada.patch(`/api/v1/tags/${idOf('bright')}`, { name: 'sunny day' });
    await app.settle();
    expect((await similar('tag=sun')).json.similar.map(({ name }) => name)).toEqual(['sunny day']);
  });
});
