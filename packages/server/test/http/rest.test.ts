import { connect } from 'node:net';
import { definePlatform } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixturePlatform, fixtureSpec } from '../../../../test/support/fixture-platform.js';
import { type TestApp, type TestKey, openApp } from '../../../../test/support/open-app.js';

let app: TestApp;
let key: TestKey;

beforeAll(async () => {
  app = await openApp(fixturePlatform);
  key = await app.key('ann@example.com');
});
afterAll(() => app.close());

const REQUEST_ID = /^req_[a-z0-9]{24}$/;

describe('a REST call', () => {
  it('creates, reads, lists and deletes, with the statuses of its definition', async () => {
    const created = await app.call('POST', '/api/v1/things', { token: key.raw, body: { name: 'one' } });
    expect([created.status, created.body]).toEqual([201, { id: expect.any(String), name: 'one', made_at: '2026-01-31T09:30:00Z' }]);
    const path = `/api/v1/things/${created.body.id}`;
    expect((await app.call('GET', path, { token: key.raw })).body).toEqual(created.body);
    expect((await app.call('GET', '/api/v1/things?limit=5', { token: key.raw })).body).toEqual([created.body]);
    const deleted = await app.call('DELETE', path, { token: key.raw });
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    expect((await app.call('GET', path, { token: key.raw })).status).toBe(404);
  });

  it('takes a key in X-API-Key as well, and refuses two credentials in one request', async () => {
    const both = { 'x-api-key': key.raw };
    expect((await app.call('GET', '/api/v1/things', { headers: both })).status).toBe(200);
    expect((await app.call('GET', '/api/v1/things', { token: key.raw, headers: both })).status).toBe(401);
  });

  it('is answered with a request id, and headers that forbid sniffing, framing and shared caching', async () => {
    const { headers } = await app.call('GET', '/api/v1/things', { token: key.raw });
    expect(headers.get('x-request-id')).toMatch(REQUEST_ID);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('private, no-cache');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  it('without a credential gets a bare challenge, with a bad one the reason invalid_token, and never a hint why', async () => {
    const none = await app.call('GET', '/api/v1/things');
    expect([none.status, none.headers.get('www-authenticate'), none.body.code]).toEqual([
      401,
      expect.stringMatching(/^Bearer resource_metadata=/),
      'unauthenticated',
    ]);
    for (const token of ['fix_00', 'eyJ.a.b', 'nonsense', `fix_${'0'.repeat(64)}`]) {
      const bad = await app.call('GET', '/api/v1/things', { token });
      expect([bad.status, bad.body.code, bad.body.error]).toEqual([401, 'invalid_credential', 'The credential is not valid.']);
      expect(bad.headers.get('www-authenticate')).toContain('error="invalid_token"');
    }
  });

  it('of a public operation is served whoever asks', async () => {
    expect((await app.call('GET', '/api/v1/greeting')).body).toEqual({ hello: 'stranger' });
    expect((await app.call('GET', '/api/v1/greeting', { token: key.raw })).body).toEqual({ hello: 'friend' });
    expect((await app.call('GET', '/api/v1/greeting', { token: 'nonsense' })).body).toEqual({ hello: 'stranger' });
    expect((await app.call('GET', '/api/v1/version')).body).toEqual({ version: '1.2.3', api: 'v1' });
    expect((await app.call('GET', '/api/v1/health')).body).toEqual({ status: 'ok' });
    expect((await app.call('GET', '/api/v1/health/ready')).body).toEqual({ status: 'ready' });
  });

  it('with a failing handler gets a 500 with the request id, and the cause only in the log, redacted', async () => {
    const { status, body, text } = await app.call('GET', '/api/v1/broken', { token: key.raw });
    expect([status, body.code]).toEqual([500, 'internal']);
    expect(text).not.toContain('cause');
    const line = app
      .logged()
      .split('\n')
      .find((each) => each.includes('internal_error') && each.includes(body.request_id));
    expect(line).toContain('the cause, with a secret [redacted]');
  });
});

describe('bad input', () => {
  const post = (body: unknown, headers: Record<string, string> = {}) => app.call('POST', '/api/v1/things', { token: key.raw, body, headers });

  it.each([
    [{}, 'name'],
    [{ name: 3 }, 'name'],
    [{ name: '' }, 'name'],
    [{ name: 'x'.repeat(51) }, 'name'],
    [{ name: 'ok', extra: 1 }, 'extra'],
    [{ name: 'ok', tenant_id: 'other' }, 'tenant_id'],
    [{ name: 'ok', ['__proto__x']: 1 }, '__proto__x'],
  ])('%j is a 400 that names %s', async (body, field) => {
    const answer = await post(body);
    expect([answer.status, answer.body.code, Object.keys(answer.body.fields)]).toEqual([400, 'invalid_input', [field]]);
    expect(answer.body.fields[field]).toEqual([expect.any(String)]);
  });

  it.each([
    ['{', 'malformed_json', 400],
    ['', 'invalid_input', 400],
    ['[]', 'invalid_input', 400],
    ['"x"', 'invalid_input', 400],
    ['null', 'invalid_input', 400],
    ['{"name":"\\u0000"}', 'malformed_json', 400],
    ['{"name":"\\ud800"}', 'malformed_json', 400],
    ['{"__proto__":{"admin":true},"name":"x"}', 'malformed_json', 400],
    [`${'['.repeat(5000)}${']'.repeat(5000)}`, 'malformed_json', 400],
    [`{"name":"${'x'.repeat(1_100_000)}"}`, 'payload_too_large', 413],
  ])('the body %.40s is %s', async (body, code, status) => {
    const answer = await post(body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.body.request_id).toMatch(REQUEST_ID);
  });

  it.each([
    ['{"name":"a\\u0000"}', 'name holds a NUL character'],
    ['{"name":"x","extra":[{"deep":"\\ud800"}]}', 'extra.0.deep holds half of a surrogate pair'],
    ['{"name":"x","extra":{"a\\u0000":1}}', 'extra has a name that holds a NUL character'],
    ['{"name":"x","extra":{"much":1e400}}', 'extra.much is a number that is too large'],
    ['{"name":"x","extra":{"deep":{"__proto__":1}}}', 'extra.deep has a member named __proto__'],
    [`{"name":${'{"a":'.repeat(70)}1${'}'.repeat(70)}}`, 'name.a.a.a'],
  ])('that nothing can store is told where: %.50s', async (body, where) => {
    const answer = await post(body);
    expect([answer.status, answer.body.code, answer.body.error.startsWith(where)]).toEqual([400, 'malformed_json', true]);
    expect(answer.body.next).not.toBe((await post('{')).body.next);
  });

  it('of a query that names a list twice says how its values are put', async () => {
    const { body } = await app.call('GET', '/api/v1/things?names=a&names=b', { token: key.raw });
    expect(body.fields).toEqual({ names: ['Given twice: put commas between its values'] });
  });

  it('in broken UTF-8 is a 400', async () => {
    const response = await fetch(`${app.url}/api/v1/things`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key.raw}`, 'content-type': 'application/json' },
      body: new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]),
    });
    expect(response.status).toBe(400);
  });

  it('that is compressed is a 415 that says what is taken, not a 400 about JSON', async () => {
    const { status, body } = await post('{"name":"x"}', { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    expect([status, body.code, body.next]).toEqual([415, 'unsupported_media_type', 'Send it without Content-Encoding.']);
    expect((await post('{"name":"plain"}', { 'content-type': 'application/json', 'content-encoding': 'identity' })).status).toBe(201);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1', ';;;'])('of the type %s is a 415', async (type) => {
    expect((await post('{"name":"x"}', { 'content-type': type })).status).toBe(415);
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=abc', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['flag=maybe', 'flag'],
    ['unknown=1', 'unknown'],
    ['__proto__=1', '__proto__'],
  ])('the query %s is a 400 that names %s', async (query, field) => {
    const answer = await app.call('GET', `/api/v1/things?${query}`, { token: key.raw });
    expect([answer.status, Object.keys(answer.body.fields ?? {})]).toEqual([400, [field]]);
  });

  it.each(['%', '%ff', '%00x'])('the query names=%s is a 400', async (text) => {
    expect((await app.call('GET', `/api/v1/things?names=${text}`, { token: key.raw })).status).toBe(400);
  });

  it('in a path is a 400 or a 404, whatever it is', async () => {
    for (const id of ['x', '%00', '%ff', '%2e%2e', 'a'.repeat(2000), "'; drop table things --"]) {
      const { status } = await app.call('GET', `/api/v1/things/${encodeURI(id)}`, { token: key.raw });
      expect([400, 404]).toContain(status);
    }
  });

  it('is only looked at once the caller is known', async () => {
    expect((await app.call('POST', '/api/v1/things', { body: '{' })).status).toBe(401);
  });
});

describe('an address', () => {
  it('with nothing at it is a 404, with other methods at it a 405 that lists them', async () => {
    const nothing = await app.call('GET', '/api/v1/nothing', { token: key.raw });
    expect([nothing.status, nothing.body.code]).toEqual([404, 'unknown_route']);
    const other = await app.call('PUT', '/api/v1/things', { token: key.raw });
    expect([other.status, other.body.code, other.headers.get('allow')]).toEqual([405, 'method_not_allowed', 'GET, POST']);
    expect((await app.call('GET', '/elsewhere')).status).toBe(404);
  });

  it('under another host than ours is a 421, so that no foreign name can be bound to us', async () => {
    const raw = await rawHttp(app.url, `GET /api/v1/health HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n`);
    expect(raw).toMatch(/^HTTP\/1\.1 421 /);
  });

  it('called by a page of a foreign origin is a 403, by one of this machine in development it is not', async () => {
    const from = (origin: string) => app.call('GET', '/api/v1/health', { headers: { origin } });
    expect((await from('https://evil.example')).body.code).toBe('origin_not_allowed');
    expect((await from('null')).status).toBe(403);
    const own = await from('http://localhost:5173');
    expect([own.status, own.headers.get('access-control-allow-origin')]).toEqual([200, 'http://localhost:5173']);
  });
});

describe('a header that comes twice', () => {
  const ask = (...lines: string[]) => rawHttp(app.url, `GET /api/v1/things HTTP/1.1\r\n${lines.join('\r\n')}\r\nconnection: close\r\n\r\n`);
  const bearer = () => `authorization: Bearer ${key.raw}`;

  it('is no credential, whichever of the two is good', async () => {
    expect(await ask('host: localhost', bearer())).toMatch(/^HTTP\/1\.1 200 /);
    expect(await ask('host: localhost', bearer(), 'authorization: Bearer other')).toMatch(/^HTTP\/1\.1 401 /);
    expect(await ask('host: localhost', 'authorization: Bearer other', bearer())).toMatch(/^HTTP\/1\.1 401 /);
    expect(await ask('host: localhost', `x-api-key: ${key.raw}`, `x-api-key: ${key.raw}`)).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('is no host of ours', async () => {
    expect(await ask('host: localhost', 'host: evil.example', bearer())).toMatch(/^HTTP\/1\.1 4\d\d /);
  });
});

describe('what is no HTTP', () => {
  it.each([
    ['nonsense\r\n\r\n', 400, 'malformed_request'],
    [`GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large'],
  ])('%.20s is answered in the same shape, and the connection is closed', async (bytes, status, code) => {
    const raw = await rawHttp(app.url, bytes);
    expect(raw).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(JSON.parse(raw.slice(raw.indexOf('\r\n\r\n') + 4))).toMatchObject({ code, request_id: expect.stringMatching(REQUEST_ID) });
  });
});

describe('a platform', () => {
  const [first] = fixtureSpec.operations;
  it.each([
    ['an operation twice', { operations: [first, first] }, 'things_list'],
    ['a scope it does not declare', { scopes: ['things:write'] }, 'things:read'],
    ['a scope of no form', { scopes: ['things:read', 'things:write', 'Things'] }, 'Things'],
    ['a table twice', { tables: [...fixtureSpec.tables, ...fixtureSpec.tables] }, 'things'],
    ['a name of no form', { name: 'Not A Name' }, 'Not A Name'],
    ['a plan that is none', { tenancy: { defaultPlan: 'gold' } }, 'gold'],
  ])('with %s is refused, naming it', (_what, change, name) => {
    expect(() => definePlatform({ ...fixtureSpec, ...change } as typeof fixtureSpec)).toThrow(name);
  });
});

function rawHttp(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((settle, fail) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      answer += chunk;
    });
    socket.on('close', () => settle(answer));
    socket.on('error', fail);
  });
}
