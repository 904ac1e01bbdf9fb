import { gunzipSync } from 'node:zlib';
import { type ReferenceSettings, definePlatform } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixtureSpec } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';

const PATH = '/api/v1/openapi.json';
const open = (reference?: ReferenceSettings): Promise<TestApp> =>
  openApp(definePlatform({ ...fixtureSpec, title: 'Things & <b>more</b>', ...(reference === undefined ? {} : { reference }) }));

describe('the reference', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await open();
  });
  afterAll(() => app.close());

  it('is open to everyone, and asked for again before it is used again', async () => {
    const { status, headers } = await app.call('GET', PATH);
    const etag = headers.get('etag') ?? '';
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([200, 'application/json; charset=utf-8', 'public, no-cache']);
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
    const again = await app.call('GET', PATH, { headers: { 'if-none-match': etag } });
    expect([again.status, again.text]).toEqual([304, '']);
    const other = await app.call('POST', PATH, { body: {} });
    expect([other.status, other.headers.get('allow'), other.body.code]).toEqual([405, 'GET', 'method_not_allowed']);
  });

  it('has a page that takes everything from here, and a policy that lets it take nothing else', async () => {
    for (const path of ['/docs', '/docs/']) {
      const { status, headers, text } = await app.call('GET', path);
      expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'; script-src 'self';");
      expect(policy).not.toMatch(/https?:|unsafe-eval|script-src[^;]*unsafe-inline/);
      expect(text).not.toMatch(/https?:|<script>|\son[a-z]+=/);
      expect(text).toContain('<title>Things &#38; &#60;b&#62;more&#60;/b&#62; API</title>');
    }
  });

  it('has assets whose addresses change with what they hold, so that they may be kept for good', async () => {
    const { text } = await app.call('GET', '/docs');
    const paths = new Set(text.match(/\/docs\/assets\/[0-9a-f]{32}\.(?:json|js|css)/g));
    expect(paths.size).toBe(4);
    for (const path of paths) {
      const { status, headers } = await app.call('GET', path, { headers: { 'accept-encoding': 'gzip' } });
      expect([status, headers.get('content-encoding'), headers.get('cache-control')]).toEqual([200, 'gzip', 'public, max-age=31536000, immutable']);
    }
    const document = [...paths].find((path) => path.endsWith('.json')) ?? '';
    expect((await app.call('GET', document)).body).toEqual((await app.call('GET', PATH)).body);
    const raw = await app.gatehouse.handle(requestFor(document));
    expect(JSON.parse(gunzipSync(raw.body as Uint8Array).toString())).toEqual((await app.call('GET', PATH)).body);
  });

  it('has nothing else under /docs', async () => {
    for (const path of ['/docs/x', '/docs/assets/', '/docs/assets/../package.json', '/docsx']) expect((await app.call('GET', path)).status).toBe(404);
  });
});

/** A request as an adapter would hand it over. */
function requestFor(path: string): Parameters<TestApp['gatehouse']['handle']>[0] {
  const header = (name: string) => (name === 'accept-encoding' ? 'br, gzip' : undefined);
  return {
    method: 'GET',
    path,
    query: '',
    header,
    body: new Uint8Array(0),
    address: '127.0.0.1',
    secure: false,
    requestId: 'req_1',
    signal: new AbortController().signal,
  };
}

it('can ask for a credential, any that is good here; then there is no page unless one is wanted', async () => {
  const app = await open({ document: 'credential' });
  try {
    const key = await app.key('ann@example.com', []);
    const none = await app.call('GET', PATH);
    expect([none.status, none.body.code, none.headers.get('www-authenticate')]).toEqual([401, 'unauthenticated', expect.stringMatching(/^Bearer/)]);
    expect((await app.call('GET', PATH, { token: 'nonsense' })).status).toBe(401);
    const good = await app.call('GET', PATH, { token: key.raw });
    expect([good.status, good.headers.get('cache-control'), good.headers.get('vary')]).toEqual([200, 'private, no-cache', 'Authorization, X-API-Key']);
    expect((await app.call('GET', '/docs')).status).toBe(404);
  } finally {
    await app.close();
  }
});

it('can be off', async () => {
  const app = await open({ document: 'off' });
  try {
    expect((await app.call('GET', PATH)).status).toBe(404);
    expect((await app.call('GET', '/docs')).status).toBe(404);
  } finally {
    await app.close();
  }
});
