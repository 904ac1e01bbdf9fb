import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestKey } from '../../../test/support/open-app.js';
import { type Answer, type Nippy, openNippy, withoutRequestId } from './support/app.js';

let nippy: Nippy;
let key: TestKey;
beforeAll(async () => {
  nippy = await openNippy();
  key = await nippy.key('acme');
});
afterAll(() => nippy.close());

const list = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} };
const mcp = (headers?: Record<string, string>, message: object = list): Promise<Answer<Record<string, unknown>>> => nippy.as(headers).post('/mcp', message);
const call = (name: string, input: object = {}) => ({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: input } });
const trade = (body: object | string, headers: Record<string, string> = {}) => nippy.as().post<Record<string, string>>('/oauth/token', body, headers);

const UNAUTHORIZED = { error: 'Unauthorized', detail: expect.any(String), code: expect.any(String), request_id: expect.stringMatching(/^req_\w{24}$/) };
const FORBIDDEN = { error: 'forbidden', detail: 'Key does not have access to this tool', request_id: expect.stringMatching(/^req_\w{24}$/) };

describe('method A, an API key', () => {
  it('is npk_ and 64 hex digits, its id 24', () => {
    expect(key.raw).toMatch(/^npk_[0-9a-f]{64}$/);
    expect(key.id).toMatch(/^[0-9a-f]{24}$/);
  });

  it.each(['X-API-Key', 'x-api-key', 'X-Api-KEY'])('comes in the header %s, however that is written', async (name) => {
    expect((await mcp({ [name]: key.raw })).status).toBe(200);
    expect((await nippy.as({ [name]: key.raw }).get('/api/v1/roulettes')).status).toBe(200);
  });

  it.each([
    ['no key', {}],
    ['a key of another form', { 'x-api-key': 'acme_123' }],
    ['an unknown key', { 'x-api-key': `npk_${'0'.repeat(64)}` }],
    ['a key without its prefix', { 'x-api-key': 'a'.repeat(64) }],
    ['a header without dashes', { xapikey: 'KEY' }],
    ['a header with underscores', { X_API_KEY: 'KEY' }],
    ['a key in Authorization', { authorization: 'KEY' }],
    ['a key as a Bearer', { authorization: 'Bearer KEY' }],
  ])('is refused where it is missing, wrong or in another place: %s', async (_what, headers) => {
    const sent = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace('KEY', key.raw)]));
    for (const answer of [await mcp(sent), await nippy.as(sent).get<Record<string, unknown>>('/api/v1/roulettes')]) {
      expect([answer.status, answer.json]).toEqual([401, expect.objectContaining(UNAUTHORIZED)]);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
      // The one place where a key is looked for.
      expect(answer.json.next).toMatch(/"X-API-Key: <key>"/);
      expect(answer.json.next).not.toMatch(/Bearer <key>/);
    }
  });

  it('is refused when it has expired or was revoked, in the words for one that nobody has', async () => {
    const [brief, revoked] = [await nippy.key('acme'), await nippy.key('acme')];
    await nippy.gatehouse.keys.revoke(revoked.tenant, revoked.id);
    const unknown = await mcp({ 'x-api-key': `npk_${'1'.repeat(64)}` });
    expect(withoutRequestId(await mcp({ 'x-api-key': revoked.raw }))).toEqual(withoutRequestId(unknown));
    const until = nippy.now + 60_000;
    const short = await nippy.gatehouse.keys.mint({
      tenant: brief.tenant,
      user: brief.user,
      name: 'short',
      scopes: ['*'],
      createdBy: 'test',
      expiresAt: until,
    });
    if (short instanceof Error) throw short;
    expect((await mcp({ 'x-api-key': short.raw })).status).toBe(200);
    nippy.now = until;
    expect(withoutRequestId(await mcp({ 'x-api-key': short.raw }))).toEqual(withoutRequestId(unknown));
  });

  it('never comes with another: two credentials in one request are refused', async () => {
    const { json } = await trade({ grant_type: 'client_credentials', client_id: key.id, client_secret: key.raw });
    const other = await nippy.key('other');
    expect((await mcp({ 'x-api-key': other.raw, authorization: `Bearer ${json.access_token}` })).status).toBe(401);
  });
});

describe('method B, a key traded for a token', () => {
  it('in JSON as documented and in a form: an HS256 JWT of 15 minutes that tells no business', async () => {
    const body = { grant_type: 'client_credentials', client_id: key.id, client_secret: key.raw };
    const answers = [await trade(body), await trade(new URLSearchParams(body).toString(), { 'content-type': 'application/x-www-form-urlencoded' })];
    for (const { status, json, headers } of answers) {
      expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
      expect(json).toMatchObject({ token_type: 'Bearer', expires_in: 900 });
      const token = json.access_token ?? '';
      expect(token).toMatch(/^eyJhbGciOiJIUzI1NiIs/);
      const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
      expect(claims).not.toContain(key.tenant);
      expect((await mcp({ authorization: `Bearer ${token}` })).status).toBe(200);
      expect((await nippy.as({ authorization: `Bearer ${token}` }).get('/api/v1/roulettes')).status).toBe(200);
    }
  });

  it('an unknown id and a wrong secret are the same 401', async () => {
    const wrong = await trade({ grant_type: 'client_credentials', client_id: key.id, client_secret: `npk_${'0'.repeat(64)}` });
    const unknown = await trade({ grant_type: 'client_credentials', client_id: '0'.repeat(24), client_secret: key.raw });
    expect([wrong.status, wrong.json.error]).toEqual([401, 'invalid_client']);
    expect(withoutRequestId(unknown)).toEqual(withoutRequestId(wrong));
  });

  it('a grant type that there is none of is told as that (RFC 6749, section 5.2), and not as a wrong key', async () => {
    const { status, json } = await trade({ grant_type: 'client_credential', client_id: key.id, client_secret: key.raw });
    expect([status, json.error]).toEqual([400, 'unsupported_grant_type']);
  });

  it('dies with its key, at once', async () => {
    const brief = await nippy.key('acme');
    const { json } = await trade({ grant_type: 'client_credentials', client_id: brief.id, client_secret: brief.raw });
    const headers = { authorization: `Bearer ${json.access_token}` };
    expect((await mcp(headers)).status).toBe(200);
    await nippy.gatehouse.keys.revoke(brief.tenant, brief.id);
    expect((await mcp(headers)).status).toBe(401);
  });

  it('is refused after 15 minutes, altered, unsigned, or signed by another', async () => {
    const { json } = await trade({ grant_type: 'client_credentials', client_id: key.id, client_secret: key.raw });
    const [head = '', claims = '', signature = ''] = (json.access_token ?? '').split('.');
    const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');
    for (const forged of [`${none}.${claims}.`, `${head}.${claims}.`, `${head}.${claims}.${[...signature].reverse().join('')}`])
      expect((await mcp({ authorization: `Bearer ${forged}` })).status).toBe(401);
    nippy.now += 900_000;
    expect((await mcp({ authorization: `Bearer ${json.access_token}` })).status).toBe(401);
  });
});

describe('what a key may do', () => {
  it('is everything in its business where it was given no scopes', async () => {
    const { json } = await mcp({ 'x-api-key': key.raw });
    expect(JSON.stringify(json)).toContain('roulettes_create_item');
  });

  it('is less where it is limited to a vertical, or to reading: 403 as documented, over MCP and REST', async () => {
    const reader = await nippy.key('acme', ['roulettes:read']);
    const headers = { 'x-api-key': reader.raw };
    const body = { name: 'Cap', available_stock: 1 };
    const answers = [
      await mcp(headers, call('supply_list_stocks')),
      await mcp(headers, call('roulettes_create_item', body)),
      await nippy.as(headers).get<Record<string, unknown>>('/api/v1/supply/stocks'),
    ];
    for (const { status, json } of answers) expect([status, json]).toEqual([403, expect.objectContaining(FORBIDDEN)]);
    expect((await mcp(headers, call('roulettes_list_roulettes'))).status).toBe(200);
  });

  it('bad arguments and unknown tools stay JSON-RPC', async () => {
    const headers = { 'x-api-key': key.raw };
    const unknown = await mcp(headers, call('roulettes_nothing'));
    expect([unknown.status, unknown.json.error]).toEqual([200, expect.objectContaining({ code: -32602 })]);
    const batch = await nippy
      .as({ 'x-api-key': (await nippy.key('acme', ['roulettes:read'])).raw })
      .post('/mcp', [call('supply_list_stocks')], { 'mcp-protocol-version': '2025-03-26' });
    expect(batch.text).toContain('"jsonrpc":"2.0"');
  });

  it('is nothing without a business: 400 in the documented words at tools/list and tools/call', async () => {
    const made = await nippy.gatehouse.serviceKeys.mint('ops', null);
    if (made instanceof Error) throw made;
    const { raw } = made;
    expect(raw).toMatch(/^nps_[0-9a-f]{64}$/);
    const text = 'ValueError: MCP tools require tenant-bound auth (npk_* key or OAuth Bearer)';
    for (const message of [list, call('roulettes_list_roulettes'), call('of_no_such_name')]) {
      const { status, json } = await mcp({ 'x-api-key': raw }, message);
      expect([status, json]).toEqual([400, expect.objectContaining({ error: text, detail: text })]);
    }
  });

  it('x-business-id must be the key’s own where it is sent: 403 otherwise', async () => {
    const own = { 'x-api-key': key.raw, 'x-business-id': key.tenant };
    expect([(await mcp(own)).status, (await nippy.as(own).get('/api/v1/roulettes')).status]).toEqual([200, 200]);
    const foreign = { 'x-api-key': key.raw, 'x-business-id': (await nippy.key('other')).tenant };
    for (const { status, json } of [await mcp(foreign), await nippy.as(foreign).get<Record<string, unknown>>('/api/v1/roulettes')])
      expect([status, json]).toEqual([403, expect.objectContaining(FORBIDDEN)]);
  });

  it('a business id among the arguments is refused, and widens nothing', async () => {
    const other = await nippy.key('other');
    const { json } = await mcp({ 'x-api-key': key.raw }, call('roulettes_list_roulettes', { business_id: other.tenant }));
    expect(JSON.stringify(json)).toContain('business_id');
    expect(json.result).toBeUndefined();
  });
});
