import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type NeuralRepo, openNeuralRepo } from './support/app.js';
import { ProviderStandIn, anthropicStream, answers, openaiStream, streams } from './support/provider.js';

const KEYS = { anthropic: 'sk-ant-secret-of-ann', openai: 'sk-secret-of-ann', openrouter: 'sk-or-secret-of-ann' };
type Provider = keyof typeof KEYS;

interface Developed {
  readonly provider: Provider;
  readonly model: string;
  readonly specification: string;
  readonly saved: boolean;
  readonly truncated: boolean;
  readonly error: string;
  readonly code: string;
  readonly next: string;
}

let app: NeuralRepo;
let anthropic: ProviderStandIn;
let openai: ProviderStandIn;
let openrouter: ProviderStandIn;

beforeAll(async () => {
  [anthropic, openai, openrouter] = await Promise.all([ProviderStandIn.start(), ProviderStandIn.start(), ProviderStandIn.start()]);
  app = await openNeuralRepo({
    NEURALREPO_ANTHROPIC_URL: anthropic.url,
    NEURALREPO_OPENAI_URL: `${openai.url}/`,
    NEURALREPO_OPENROUTER_URL: openrouter.url,
    NEURALREPO_OPENAI_MODEL: 'house-model',
  });
});
afterAll(async () => {
  await app?.close();
  for (const standIn of [anthropic, openai, openrouter]) await standIn?.close();
});

const byok = '/api/v1/user/byok';
const setKey = (client: Client, provider: Provider) => client.put(`${byok}/${provider}`, { api_key: KEYS[provider] });

describe('provider keys', () => {
  let ann: Client;
  beforeAll(async () => {
    ann = await app.person('ann@example.com');
  });

  it('are set, told by name alone, and forgotten; never shown, stored or logged', async () => {
    for (const provider of ['openai', 'anthropic'] as const) {
      const { status, json, text } = await setKey(ann, provider);
      expect(status).toBe(200);
      expect(json).toEqual({ provider_key: { provider, created_at: expect.any(String), updated_at: expect.any(String) } });
      expect(text).not.toContain('secret-of-ann');
    }
    const list = await ann.get<{ provider_keys: { provider: string }[] }>(byok);
    expect(list.json.provider_keys.map(({ provider }) => provider)).toEqual(['anthropic', 'openai']);
    expect(list.text).not.toContain('secret-of-ann');
    expect((await ann.get('/api/v1/user/me')).json).toMatchObject({ has_anthropic_key: true, has_openai_key: true, has_openrouter_key: false });
    expect(app.logged()).not.toContain('secret-of-ann');
    expect(await ann.delete(`${byok}/openai`)).toMatchObject({ status: 204, text: '' });
    expect(await ann.delete(`${byok}/openai`)).toMatchObject({ status: 404, json: { code: 'not_found' } });
    expect((await ann.get('/api/v1/user/me')).json).toMatchObject({ has_openai_key: false });
  });

  it.each([
    ['a provider that is none', 'acme', { api_key: 'sk' }, 'provider'],
    ['no key', 'openai', {}, 'api_key'],
    ['an empty key', 'openai', { api_key: ' ' }, 'api_key'],
    ['a key of two words', 'openai', { api_key: 'sk one' }, 'api_key'],
    ['a key of 501 characters', 'openai', { api_key: 'x'.repeat(501) }, 'api_key'],
  ])('answer 400 to %s, which is not repeated', async (_what, provider, body, field) => {
    const { status, json, text } = await ann.put<{ error: object }>(`${byok}/${provider}`, body);
    expect([status, Object.keys(json.error)]).toEqual([400, [field]]);
    expect(text).not.toContain('sk one');
  });

  it.each([
    [200, 'valid'],
    [401, 'refused'],
    [403, 'refused'],
    [500, 'unreachable'],
  ])('are tested by what costs nothing: status %i there is "%s"', async (status, result) => {
    await setKey(ann, 'anthropic');
    anthropic.answer = answers(status, { error: { message: `no such key ${KEYS.anthropic}` } });
    const answer = await ann.post(`${byok}/anthropic/test`);
    expect(answer).toMatchObject({ status: 200, json: { provider: 'anthropic', result, message: expect.any(String) } });
    expect(answer.text).not.toContain('secret-of-ann');
    expect(anthropic.last).toMatchObject({ path: '/v1/models', headers: { 'x-api-key': KEYS.anthropic, 'anthropic-version': '2023-06-01' } });
  });

  it('of OpenRouter are tested where only a good one is answered; one that is not there is 404', async () => {
    await setKey(ann, 'openrouter');
    openrouter.answer = answers(200, { data: {} });
    expect((await ann.post(`${byok}/openrouter/test`)).json).toMatchObject({ result: 'valid' });
    expect(openrouter.last).toMatchObject({ path: '/v1/key', headers: { authorization: `Bearer ${KEYS.openrouter}` } });
    expect((await (await app.person('bob@example.com')).post(`${byok}/openrouter/test`)).status).toBe(404);
  });

  it('a connection that breaks is "unreachable"', async () => {
    await setKey(ann, 'openai');
    openai.answer = (response) => response.destroy();
    expect((await ann.post(`${byok}/openai/test`)).json).toMatchObject({ result: 'unreachable' });
  });

  it('are for the person, and for keys that hold both scopes', async () => {
    const reads = await app.person('ann@example.com', ['ideas:read']);
    for (const answer of [await reads.get(byok), await setKey(reads, 'openai'), await reads.post(`${byok}/openai/test`), await reads.delete(`${byok}/openai`)])
      expect(answer.status).toBe(403);
  });
});

describe('develop', () => {
  const newIdea = async (client: Client, body: object = {}) =>
    (await client.post<{ id: number }>('/api/v1/ideas', { title: 'A garden planner', body: 'For balconies', tags: ['garden'], ...body })).json.id;
  const develop = (client: Client, id: number, body: object = {}) => client.post<Developed>(`/api/v1/ideas/${id}/develop`, body);

  it('without a key is 409, and says where to set one', async () => {
    const client = await app.person('keyless@example.com');
    const { status, json } = await develop(client, await newIdea(client));
    expect([status, json.code, json.next]).toEqual([409, 'conflict', 'Set one with PUT /api/v1/user/byok/anthropic.']);
    await setKey(client, 'openai');
    expect((await develop(client, await newIdea(client), { provider: 'openrouter' })).status).toBe(409);
    expect((await develop(client, 7)).json).toMatchObject({ error: 'Idea not found' });
  });

  it('asks Anthropic in its own shape, and puts its stream together', async () => {
    const client = await app.person('anthropic@example.com');
    await setKey(client, 'anthropic');
    anthropic.answer = anthropicStream(['# Garden ', 'planner – für Balkone']);
    const id = await newIdea(client);
    const { status, json } = await develop(client, id, { instructions: 'In German', model: 'claude-other' });
    expect(status).toBe(200);
    expect(json).toEqual({
      ...{ idea_id: id, provider: 'anthropic', model: 'claude-other', specification: '# Garden planner – für Balkone', truncated: false, saved: false },
    });
    const { path, headers, body } = anthropic.last ?? {};
    expect(path).toBe('/v1/messages');
    expect(headers).toMatchObject({ 'x-api-key': KEYS.anthropic, 'anthropic-version': '2023-06-01', 'content-type': 'application/json' });
    expect(body).toMatchObject({ model: 'claude-other', max_tokens: expect.any(Number), stream: true, messages: [{ role: 'user' }] });
    expect(JSON.stringify(body)).toMatch(/A garden planner.*For balconies.*garden.*In German/);
    expect((await client.get(`/api/v1/ideas/${id}`)).json).toMatchObject({ body: 'For balconies' });
  });

  it('asks OpenAI in its own shape, with the model of this server, and takes an answer that does not stream', async () => {
    const client = await app.person('openai@example.com');
    await setKey(client, 'openai');
    const id = await newIdea(client);
    openai.answer = openaiStream(['# One', ', two'], 'length');
    expect((await develop(client, id)).json).toMatchObject({ provider: 'openai', model: 'house-model', specification: '# One, two', truncated: true });
    expect(openai.last).toMatchObject({ path: '/v1/chat/completions', headers: { authorization: `Bearer ${KEYS.openai}` } });
    expect(openai.last?.body).toMatchObject({ model: 'house-model', stream: true, messages: [{ role: 'system' }, { role: 'user' }] });
    openai.answer = answers(200, { choices: [{ message: { role: 'assistant', content: '# Whole' }, finish_reason: 'stop' }] });
    expect((await develop(client, id)).json).toMatchObject({ specification: '# Whole', truncated: false });
  });

  it('puts the text below the body where it is asked to, and says where there is no room', async () => {
    const client = await app.person('saves@example.com');
    await setKey(client, 'openai');
    openai.answer = openaiStream(['# Spec']);
    const id = await newIdea(client);
    expect((await develop(client, id, { save: true })).json.saved).toBe(true);
    expect((await client.get(`/api/v1/ideas/${id}`)).json).toMatchObject({ body: 'For balconies\n\n---\n\n# Spec', processing: true });
    const full = await newIdea(client, { body: 'x'.repeat(49_990) });
    expect((await develop(client, full, { save: true })).json).toMatchObject({ saved: false, specification: '# Spec' });
    const bare = await newIdea(client, { body: null });
    await develop(client, bare, { save: true });
    expect((await client.get(`/api/v1/ideas/${bare}`)).json).toMatchObject({ body: '# Spec' });
  });

  it('goes by the preferred provider, then by anthropic, openai, openrouter, as there are keys', async () => {
    const client = await app.person('chooses@example.com');
    const id = await newIdea(client);
    anthropic.answer = anthropicStream(['a']);
    openai.answer = openaiStream(['b']);
    openrouter.answer = openaiStream(['c']);
    const prefer = (preferred_ai_provider: string) => client.patch('/api/v1/user/me', { settings_json: JSON.stringify({ preferred_ai_provider }) });
    const provider = async (body = {}) => (await develop(client, id, body)).json.provider;
    await setKey(client, 'openrouter');
    await prefer('openai');
    expect(await provider()).toBe('openrouter');
    await setKey(client, 'openai');
    await prefer('anthropic');
    expect(await provider()).toBe('openai');
    await setKey(client, 'anthropic');
    expect(await provider()).toBe('anthropic');
    await prefer('openrouter');
    expect(await provider()).toBe('openrouter');
    expect(await provider({ provider: 'openai' })).toBe('openai');
  });

  it.each([
    ['a key that is refused', answers(401, { error: { message: `bad ${KEYS.openai}` } }), 409, /does not take your key/, null],
    ['an account without money', answers(402, {}), 502, /wants to be paid/, null],
    ['a model that is not there', answers(404, {}), 502, /does not know the model house-model/, null],
    ['too many requests', answers(429, {}, { 'retry-after': '7' }), 502, /takes no more requests/, '7'],
    ['too many requests until a time', answers(429, {}, { 'retry-after': 'Sat, 31 Jan 2026 09:31:30 GMT' }), 502, /takes no more requests/, '90'],
    ['too many requests until who knows when', answers(429, {}, { 'retry-after': '-1.5' }), 502, /takes no more requests/, '60'],
    ['a request that is turned down', answers(400, { error: { message: `${KEYS.openai}` } }), 502, /status 400/, null],
    ['a provider that is out of order', answers(500, {}), 502, /status 500/, '30'],
    ['a provider that says when it is back', answers(503, {}, { 'retry-after': '120' }), 502, /status 503/, '120'],
    ['a redirect', answers(302, {}, { location: 'https://elsewhere.example' }), 502, /cannot be asked at the address/, null],
    ['an answer that is no JSON', answers(200, 'hello'), 502, /cannot be read/, null],
    ['an answer without a text', answers(200, { choices: [{ message: { content: null } }] }), 502, /cannot be read/, null],
    ['an event that is no JSON', streams('data: {"choices"\n\n'), 502, /cannot be read/, null],
    [
      'an error in the middle',
      streams({ choices: [{ delta: { content: 'a' } }] }, { error: { code: 502, message: KEYS.openai } }),
      502,
      /gave up in the middle/,
      null,
    ],
    ['a text that is withheld from here on', openaiStream(['a'], 'content_filter'), 502, /gave up in the middle/, null],
    [
      'a text that is withheld, and does not stream',
      answers(200, { choices: [{ message: { content: 'a' }, finish_reason: 'content_filter' }] }),
      502,
      /gave up in the middle/,
      null,
    ],
    ['a stream that ends too soon', streams({ choices: [{ delta: { content: 'a' } }] }), 502, /broke off in the middle/, null],
    [
      'a stream that is cut',
      (response: Parameters<ProviderStandIn['answer']>[0]) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: {"choices":[{"delta":{"content":"a"}}]}\n\n', () => response.destroy());
      },
      502,
      /broke off/,
      null,
    ],
  ] as const)('tells %s, with what to do, and nothing of what the provider said', async (_what, answer, status, text, retryAfter) => {
    const client = await app.person('fails@example.com');
    await setKey(client, 'openai');
    openai.answer = answer;
    const id = await newIdea(client);
    const failed = await develop(client, id, { save: true });
    expect([failed.status, failed.json.code]).toEqual([status, status === 409 ? 'conflict' : 'upstream_failed']);
    expect(failed.json.error).toMatch(text);
    expect(failed.json.next).toMatch(/\.$/);
    expect(failed.headers.get('retry-after')).toBe(retryAfter);
    expect(failed.text + app.logged()).not.toContain('secret-of-ann');
    expect((await client.get(`/api/v1/ideas/${id}`)).json).toMatchObject({ body: 'For balconies' });
  });

  it('keeps what can be kept of a text that no database takes as it is', async () => {
    const client = await app.person('odd@example.com');
    await setKey(client, 'openai');
    openai.answer = openaiStream(['# One\u0000, ', 'two\ud800']);
    const id = await newIdea(client, { body: null });
    expect(await develop(client, id, { save: true })).toMatchObject({ status: 200, json: { saved: true, specification: '# One, two\ufffd' } });
    expect((await client.get(`/api/v1/ideas/${id}`)).json).toMatchObject({ body: '# One, two\ufffd' });
  });

  it('knows events by their type, however it is spelled', async () => {
    const client = await app.person('spells@example.com');
    await setKey(client, 'openai');
    openai.answer = (response) => {
      response.writeHead(200, { 'content-type': 'Text/Event-Stream' }).end('data: {"choices":[{"delta":{"content":"# Text"}}]}\n\ndata: [DONE]\n\n');
    };
    expect((await develop(client, await newIdea(client))).json).toMatchObject({ specification: '# Text' });
  });

  it('asks the provider no longer than somebody waits for it', async () => {
    const client = await app.person('leaves@example.com');
    await setKey(client, 'openai');
    const id = await newIdea(client);
    const { raw } = await app.key('leaves@example.com');
    const leaving = new AbortController();
    const left = new Promise((resolve) => {
      openai.answer = (response) => {
        response.once('close', resolve);
        leaving.abort();
      };
    });
    const called = fetch(`${app.url}/api/v1/ideas/${id}/develop`, { method: 'POST', headers: { 'x-api-key': raw }, signal: leaving.signal });
    await expect(called).rejects.toThrow(/abort/);
    await left;
  });

  it('is for who may write: with ideas:read it is 403, and nobody is asked', async () => {
    const client = await app.person('reads@example.com');
    await setKey(client, 'openai');
    const id = await newIdea(client);
    const before = openai.heard.length;
    const answer = await develop(await app.person('reads@example.com', ['ideas:read']), id);
    expect([answer.status, answer.json.code, openai.heard.length]).toEqual([403, 'insufficient_scope', before]);
  });
});

describe('settings', () => {
  it.each(['ftp://example.com', 'https://user@example.com', 'nonsense', 'https://example.com/v1?key=1'])(
    'an address that is none, %s, keeps the server from starting',
    async (url) => {
      await expect(openNeuralRepo({ NEURALREPO_OPENAI_URL: url })).rejects.toThrow(/NEURALREPO_OPENAI_URL must be/);
    },
  );

  it('a provider on a private network is never asked, nor one behind an address that only looks public', async () => {
    const inside = { openai: 'https://10.0.0.1/v1', anthropic: 'http://169.254.169.254/v1', openrouter: 'https://[::ffff:192.168.0.1]/v1' } as const;
    const within = await openNeuralRepo(Object.fromEntries(Object.entries(inside).map(([provider, url]) => [`NEURALREPO_${provider.toUpperCase()}_URL`, url])));
    const client = await within.person('inside@example.com');
    const { id } = (await client.post<{ id: number }>('/api/v1/ideas', { title: 'A garden planner' })).json;
    for (const provider of Object.keys(inside) as Provider[]) {
      await setKey(client, provider);
      const { status, json } = await client.post<Developed>(`/api/v1/ideas/${id}/develop`, { provider });
      expect([provider, status, json.error]).toEqual([provider, 502, expect.stringMatching(/cannot be asked at the address that is configured/)]);
      expect((await client.post(`${byok}/${provider}/test`)).json).toMatchObject({ result: 'unreachable' });
    }
    await within.close();
  });
});
