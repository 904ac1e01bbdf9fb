import { neuralrepo } from '@gatehouse/neuralrepo';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NeuralRepo, openNeuralRepo, withoutRequestId } from './support/app.js';

const TOOLS = ['delete_idea', 'get_idea', 'link_ideas', 'list_ideas', 'merge_ideas', 'save_idea', 'search_ideas', 'update_idea'];
const WRITING = ['delete_idea', 'link_ideas', 'merge_ideas', 'save_idea', 'update_idea'];

describe('NeuralRepo as a whole', () => {
  let app: NeuralRepo;
  beforeAll(async () => {
    app = await openNeuralRepo();
  });
  afterAll(() => app?.close());

  it('answers its health to anyone, as exactly a status and a time', async () => {
    const { status, json } = await app.as().get('/api/v1/health');
    expect([status, json]).toEqual([200, { status: 'ok', timestamp: '2026-01-31T09:30:00Z' }]);
    // Whoever brings what is no good is answered as well.
    expect((await app.as('nonsense').get('/api/v1/health')).status).toBe(200);
  });

  it('answers nothing else under /api/v1 without a credential', async () => {
    const open = app.gatehouse.operations.filter(({ access }) => access.by.includes('none') && access.plane === 'platform').map(({ rest }) => rest?.path);
    expect(open.filter((path) => !path?.startsWith('/health'))).toEqual([]);
    for (const path of ['version', 'openapi.json', 'ideas', 'user/me', 'tags', 'map', 'auth/verify', 'webhooks']) {
      const { status } = await app.as().get(`/api/v1/${path}`);
      expect([path, [401, 404].includes(status)]).toEqual([path, true]);
    }
    for (const path of ['version', 'openapi.json']) expect([path, (await app.as().get(`/api/v1/${path}`)).status]).toEqual([path, 401]);
  });

  it('says what is wrong in `error`, always with a code and a request id; 401 with a challenge', async () => {
    const { json, headers } = await app.as().get('/api/v1/ideas');
    expect(json).toMatchObject({ error: expect.any(String), code: 'unauthenticated', request_id: expect.stringMatching(/^req_[a-z0-9]{24}$/) });
    expect(headers.get('www-authenticate')).toContain('/.well-known/oauth-protected-resource');
    const client = await app.person('ann@example.com');
    expect((await client.get('/api/v1/nothing')).json).toMatchObject({ error: expect.any(String), code: 'unknown_route' });
  });

  it('takes JSON and nothing else: a body of another type is 415', async () => {
    const client = await app.person('ann@example.com');
    const { status, json } = await client.post('/api/v1/ideas', 'title=x', { 'content-type': 'application/x-www-form-urlencoded' });
    expect([status, json.code]).toEqual([415, 'unsupported_media_type']);
  });

  it('takes a person by the website’s cookie, and by its token as a bearer, with full access', async () => {
    const paths = ['/api/v1/ideas', '/api/v1/user/me', '/api/v1/user/api-keys', '/api/v1/user/mcp-tokens', '/api/v1/user/byok'];
    for (const by of ['cookie', 'bearer'] as const) {
      const person = await app.signedIn('ann@example.com', by);
      for (const path of paths) expect([by, path, (await person.get(path)).status]).toEqual([by, path, 200]);
      expect((await person.post('/api/v1/ideas', { title: 'By me' })).status).toBe(201);
    }
  });

  it('refuses what changes something by cookie from another origin', async () => {
    const person = await app.signedIn('ann@example.com', 'cookie');
    const answer = await person.post('/api/v1/ideas', { title: 'Not by me' }, { origin: 'https://elsewhere.example' });
    expect([answer.status, answer.json.code]).toEqual([403, 'origin_not_allowed']);
  });

  it('renews a session by its token: 64 hex digits, for an hour more', async () => {
    const person = await app.signedIn('renews@example.com');
    const { status, json } = await person.post<{ token: string; expires_at: string }>('/api/v1/auth/refresh');
    expect([status, json]).toEqual([200, { token: expect.stringMatching(/^[0-9a-f]{64}$/), expires_at: '2026-01-31T10:30:00Z' }]);
    expect((await app.as(json.token).get('/api/v1/user/me')).status).toBe(200);
  });

  it('declares two scopes; a credential that reads gets 403 with what is missing wherever something is changed', async () => {
    expect(neuralrepo.scopes).toEqual(['ideas:read', 'ideas:write']);
    const reads = await app.person('ann@example.com', ['ideas:read']);
    expect(await reads.post('/api/v1/ideas', { title: 'x' })).toMatchObject({ status: 403, json: { code: 'insufficient_scope', missing: ['ideas:write'] } });
    expect((await reads.get('/api/v1/ideas')).status).toBe(200);
  });

  it('is eight tools, of which a credential that reads sees three', async () => {
    const named = async (scopes?: readonly string[]) => {
      const { json } = await (await app.person('ann@example.com', scopes)).rpc('tools/list');
      const { tools } = json.result as { tools: { name: string }[] };
      return tools.map(({ name }) => name).sort();
    };
    expect(await named()).toEqual(TOOLS);
    expect(await named(['ideas:read'])).toEqual(TOOLS.filter((name) => !WRITING.includes(name)));
  });

  it('answers over MCP what it answers over REST, with and without the slash at the end', async () => {
    const client = await app.person('same@example.com');
    const { structuredContent } = await client.tool('save_idea', { title: 'The same' });
    const { id } = structuredContent as { id: number };
    const overRest = (await client.get(`/api/v1/ideas/${id}`)).json;
    expect(structuredContent).toEqual(overRest);
    const called = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'get_idea', arguments: { id } } };
    expect((await client.post<{ result: { structuredContent: object } }>('/mcp/', called)).json.result.structuredContent).toEqual(overRest);
  });

  it('names its authorization server, which takes programs that register, with PKCE S256', async () => {
    const resource = (await app.as().get('/.well-known/oauth-protected-resource/mcp')).json;
    expect(resource).toMatchObject({ resource: `${app.url}/mcp`, authorization_servers: [app.url], scopes_supported: ['ideas:read', 'ideas:write'] });
    const server = (await app.as().get('/.well-known/oauth-authorization-server')).json;
    expect(server).toMatchObject({ code_challenge_methods_supported: ['S256'], registration_endpoint: `${app.url}/oauth/register` });
  });

  it('answers alike to another’s and to nobody’s, whatever is asked for', async () => {
    const ann = await app.person('apart-ann@example.com');
    const bob = await app.person('apart-bob@example.com');
    const post = async (path: string, body: object) => (await ann.post<{ id: number; tag: { id: number } }>(path, body)).json;
    const idea = (await post('/api/v1/ideas', { title: 'Mine', tags: ['mine'] })).id;
    const other = (await post('/api/v1/ideas', { title: 'Mine too' })).id;
    const link = (await post(`/api/v1/ideas/${idea}/links`, { url: 'https://example.com' })).id;
    const tag = (await post('/api/v1/tags', { name: 'another' })).tag.id;
    const asked = (one: number, two: number, linked: number, tagged: number) => [
      bob.get(`/api/v1/ideas/${one}`),
      bob.patch(`/api/v1/ideas/${one}`, { title: 'x' }),
      bob.delete(`/api/v1/ideas/${one}`),
      bob.get(`/api/v1/ideas/${one}/links`),
      bob.delete(`/api/v1/ideas/${one}/links/${linked}`),
      bob.get(`/api/v1/ideas/${one}/relations`),
      bob.post(`/api/v1/ideas/${one}/merge`, { absorb_id: two }),
      bob.post(`/api/v1/ideas/${one}/develop`, {}),
      bob.post('/api/v1/map/relations', { source_idea_id: one, target_idea_id: two }),
      bob.post('/api/v1/ideas', { title: 'x', parent_id: one }),
      bob.patch(`/api/v1/tags/${tagged}`, { name: 'x' }),
      bob.delete(`/api/v1/tags/${tagged}`),
    ];
    const shape = async (answers: readonly ReturnType<typeof bob.get>[]) => (await Promise.all(answers)).map(withoutRequestId);
    const foreign = await shape(asked(idea, other, link, tag));
    expect(foreign).toEqual(await shape(asked(11, 12, 13, 14)));
    expect(new Set(foreign.map(({ status }) => status))).toEqual(new Set([404]));
  });
});
