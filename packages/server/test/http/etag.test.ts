import { request as httpRequest } from 'node:http';
import { bindTo, defineOperation, definePlatform } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fixtureOperations, fixtureSpec } from '../../../../test/support/fixture-platform.js';
import { type TestApp, type TestKey, openApp } from '../../../../test/support/open-app.js';

const secret = bindTo([])(
  defineOperation({
    name: 'secret_get',
    title: 'Get a secret',
    description: 'Shows a secret.',
    access: { scope: 'things:read' },
    input: z.object({}),
    output: z.object({ secret: z.string() }),
    effect: 'read',
    secretOutput: true,
    rest: { method: 'GET', path: '/secret' },
  }),
  () => ({ secret: 'shown once' }),
);

let app: TestApp;
let key: TestKey;
let path: string;

beforeAll(async () => {
  app = await openApp(definePlatform({ ...fixtureSpec, operations: [...fixtureOperations, secret] }));
  key = await app.key('ann@example.com');
  const { body } = await app.call('POST', '/api/v1/things', { token: key.raw, body: { name: 'one' } });
  path = `/api/v1/things/${body.id}`;
});
afterAll(() => app.close());

const get = (at: string, ifNoneMatch?: string) =>
  app.call('GET', at, { token: key.raw, ...(ifNoneMatch === undefined ? {} : { headers: { 'if-none-match': ifNoneMatch } }) });

/** As Node tells it: `fetch` would hide a body that has no place in the answer. */
function raw(method: string, at: string, headers: Record<string, string>): Promise<{ status: number; headers: Record<string, unknown>; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest(app.url + at, { method, headers: { authorization: `Bearer ${key.raw}`, ...headers } }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    asked.on('error', reject).end();
  });
}

describe('a read over REST', () => {
  it('has a strong entity tag that changes with its bytes, and may be kept by the caller alone', async () => {
    const [one, again, list] = [await get(path), await get(path), await get('/api/v1/things')];
    expect(one.headers.get('etag')).toMatch(/^"[0-9a-f]{32}"$/);
    expect(again.headers.get('etag')).toBe(one.headers.get('etag'));
    expect(list.headers.get('etag')).not.toBe(one.headers.get('etag'));
    expect(one.headers.get('cache-control')).toBe('private, no-cache');
    expect(one.headers.get('vary')).toContain('Authorization');
  });

  it.each([
    ['the tag', (tag: string) => tag],
    ['the tag as a weak one', (tag: string) => `W/${tag}`],
    ['a list with it', (tag: string) => `"a,b", W/"x" , ${tag},"z"`],
    ['a star', () => '*'],
  ])('that comes with %s is a 304 without a body, with the headers that a 200 would have had', async (_what, condition) => {
    const full = await get(path);
    const { status, headers, body } = await raw('GET', path, { 'if-none-match': condition(full.headers.get('etag') ?? '') });
    expect([status, body]).toEqual([304, '']);
    for (const name of ['etag', 'cache-control', 'vary']) expect(headers[name]).toBe(full.headers.get(name));
    expect(headers.date).toEqual(expect.any(String));
    for (const name of ['content-length', 'content-type']) expect(headers[name]).toBeUndefined();
  });

  it.each(['"0123456789abcdef0123456789abcdef"', '""', 'nonsense', '"*"'])('that comes with %s is answered whole', async (condition) => {
    expect((await get(path, condition)).status).toBe(200);
  });

  it('is answered whole once it is another, and not with 304 once it is gone', async () => {
    const before = await get('/api/v1/things');
    const tag = before.headers.get('etag') ?? '';
    expect((await get('/api/v1/things', tag)).status).toBe(304);
    const made = await app.call('POST', '/api/v1/things', { token: key.raw, body: { name: 'two' } });
    expect((await get('/api/v1/things', tag)).status).toBe(200);
    const gone = `/api/v1/things/${made.body.id}`;
    await app.call('DELETE', gone, { token: key.raw });
    expect((await get(gone, '*')).status).toBe(404);
  });

  it('by HEAD has the same headers, and the same 304, without a body', async () => {
    const full = await get(path);
    const tag = full.headers.get('etag') ?? '';
    const head = await raw('HEAD', path, {});
    expect([head.status, head.body, head.headers.etag]).toEqual([200, '', tag]);
    expect(head.headers['content-length']).toBe(String(Buffer.byteLength(full.text)));
    expect((await raw('HEAD', path, { 'if-none-match': tag })).status).toBe(304);
  });

  it('is refused before its tag is looked at, where the caller may not read', async () => {
    const tag = (await get(path)).headers.get('etag') ?? '';
    const weak = await app.key('ben@example.com', []);
    expect((await app.call('GET', path, { token: weak.raw, headers: { 'if-none-match': tag } })).status).toBe(403);
    expect((await app.call('GET', path, { headers: { 'if-none-match': '*' } })).status).toBe(401);
  });
});

it('what is secret, what changes something, and what fails has no entity tag, and is not to be stored', async () => {
  const answers = [
    await get('/api/v1/secret', '*'),
    await app.call('POST', '/api/v1/things', { token: key.raw, body: { name: 'three' }, headers: { 'if-none-match': '*' } }),
    await get('/api/v1/things/nonsense'),
    await app.rpc(key.raw, 'tools/list'),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 201, 400, 200]);
  for (const { headers } of answers) expect([headers.get('etag'), headers.get('cache-control')]).toEqual([null, 'no-store']);
});
