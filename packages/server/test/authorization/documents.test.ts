import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newAppDatabase } from '../../../../test/support/app-database.js';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';
import { isDocumentUrl } from '../../src/services/authorization/documents.js';
import { Browser, CALLBACK, allow, askFor, attempt, connect, redeem, refresh, works } from '../oauth/program.js';

/** A host of metadata documents. */
let asked = 0;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const host = createServer((request, response) => {
  asked += 1;
  answer(request, response);
});
let origin: string;
beforeAll(async () => {
  await new Promise<void>((listening) => host.listen(0, '127.0.0.1', listening));
  origin = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((closed) => host.close(closed)));

let app: TestApp;
let browser: Browser;
beforeAll(async () => {
  app = await openApp(fixturePlatform);
  browser = new Browser(app);
});
afterAll(() => app.close());
beforeEach(async () => {
  await browser.signIn();
  asked = 0;
});

const at = (path: string): string => `${origin}${path}`;
function document(url: string, more: object = {}, headers: Readonly<Record<string, string>> = {}): void {
  const body = JSON.stringify({ client_id: url, client_name: 'A documented program', redirect_uris: [CALLBACK], ...more });
  answer = (_request, response) => response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(body);
}
const fails = (status: number): void => {
  answer = (_request, response) => response.writeHead(status).end();
};
/** Whether it gets as far as the consent page. */
const isTaken = async (url: string): Promise<boolean> => (await browser.get(attempt(url).url)).location?.startsWith('/oauth/consent/') === true;

describe('a program whose id is the address of its metadata', () => {
  it('is let in without registering, and kept as what it is', async () => {
    const url = at('/client.json');
    document(url);
    const one = attempt(url);
    const code = (await allow(browser, one.url)).get('code') ?? '';
    const { body } = await redeem(app, url, code, one);
    expect(await works(app, body.access_token)).toBe(true);
    expect(await app.gatehouse.store.clients.find(url)).toMatchObject({ kind: 'document', expiresAt: null });
  });

  it('is vouched for where its host gets the answer, and nowhere else', async () => {
    const url = at('/named.json');
    const redirect_uri = 'https://elsewhere.example/callback';
    document(url, { client_name: 'Claude', redirect_uris: [redirect_uri] });
    const { page } = await askFor(browser, attempt(url, { redirect_uri }).url);
    expect(page.text).toContain('“<bdi>Claude</bdi>” is the name that this program gives itself. Nobody has checked it.');
  });

  it('may sign with the keys of its document', async () => {
    const url = at('/signing.json');
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    document(url, {
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }] },
    });
    const assertion = (jti: string) =>
      new SignJWT({ iss: url, sub: url, aud: app.url, jti })
        .setProtectedHeader({ alg: 'ES256', kid: 'one' })
        .setIssuedAt()
        .setExpirationTime('1m')
        .sign(privateKey);
    const by = async (jti: string) => ({
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await assertion(jti),
    });
    const one = attempt(url);
    const code = (await allow(browser, one.url)).get('code') ?? '';
    expect((await redeem(app, url, code, one)).body.error).toBe('invalid_client');
    const proof = await by('a');
    const { body } = await redeem(app, url, code, one, proof);
    expect(await works(app, body.access_token)).toBe(true);
    // The same assertion again, also several at once, is a replay.
    const fresh = await by('b');
    const again = await Promise.all([
      refresh(app, url, body.refresh_token, proof),
      ...Array.from({ length: 3 }, () => refresh(app, url, body.refresh_token, fresh)),
    ]);
    expect(again.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
  });

  it('is read anew when what is known is no longer fresh, and its last good document serves while its host is down', async () => {
    const url = at('/stale.json');
    document(url, {}, { 'cache-control': 'max-age=600' });
    expect([await isTaken(url), await isTaken(url), asked]).toEqual([true, true, 1]);
    app.clock.advance(600_000);
    fails(503);
    await browser.signIn();
    expect([await isTaken(url), asked]).toEqual([true, 2]);
    document(url, { redirect_uris: ['https://elsewhere.example/callback'] });
    app.clock.advance(60_000);
    await browser.signIn();
    expect([await isTaken(url), asked]).toEqual([false, 3]);
  });

  /** It was let in, and now its host answers otherwise. @returns the status of a refresh */
  async function letInBefore(url: string, host: () => void): Promise<number> {
    document(url);
    const one = attempt(url);
    const { body } = await redeem(app, url, (await allow(browser, one.url)).get('code') ?? '', one);
    app.clock.advance(600_000);
    host();
    return (await refresh(app, url, body.refresh_token)).status;
  }

  it('that was let in is known from then on: its host may be down even at a start', async () => {
    const gone = (): void => {
      answer = (_request, response) => response.destroy();
    };
    expect(await letInBefore(at('/kept.json'), gone)).toBe(200);
  });

  it.each([401, 403, 429, 502])('that was let in stays so where its host turns us away: %i says nothing of the document', async (status) => {
    expect(await letInBefore(at(`/turned-away-${status}.json`), () => fails(status))).toBe(200);
    expect(app.logged()).toContain(`"event":"client_document_refused","host":"${new URL(origin).host}","reason":"status ${status}"`);
  });

  it.each([404, 410])('is shut out again when its document is gone: %i', async (status) => {
    expect(await letInBefore(at(`/gone-${status}.json`), () => fails(status))).toBe(401);
  });

  it('is asked for once by all who wait, and not again for a minute where it has none (amplification)', async () => {
    const url = at('/slow.json');
    fails(404);
    expect(await Promise.all(Array.from({ length: 5 }, () => isTaken(url)))).toEqual(Array(5).fill(false));
    expect([await isTaken(url), asked]).toEqual([false, 1]);
    document(url);
    app.clock.advance(60_000);
    await browser.signIn();
    expect(await isTaken(url)).toBe(true);
  });

  it('is looked for at the page for people alone: nobody makes us ask by guessing tokens (SSRF, amplification)', async () => {
    document(at('/unknown.json'));
    expect((await refresh(app, at('/unknown.json'), 'x')).body.error).toBe('invalid_client');
    expect(asked).toBe(0);
  });
});

describe('a document is not taken', () => {
  let attempts = 0;

  it.each([
    ['that is about another address (impersonation)', { client_id: 'https://claude.ai/client.json' }],
    ['that holds a secret everybody can read', { client_secret: 'x' }],
    ['that asks for a shared secret', { token_endpoint_auth_method: 'client_secret_basic' }],
    ['without redirect addresses', { redirect_uris: undefined }],
    ['without a name, which the page would have to make up (MCP, Client ID Metadata Documents)', { client_name: undefined }],
    ['with a redirect address that no program can register', { redirect_uris: ['javascript:alert(1)'] }],
    ['that does not name where the answer is to go', { redirect_uris: ['https://elsewhere.example/callback'] }],
  ])('%s', async (_what, more) => {
    attempts += 1;
    const url = at(`/wrong-${attempts}.json`);
    document(url, more);
    expect([await isTaken(url), asked]).toEqual([false, 1]);
  });

  it('that is too large, no JSON, or somewhere else (redirect)', async () => {
    const url = at('/odd.json');
    const large = JSON.stringify({ client_id: url, redirect_uris: [CALLBACK], filler: 'x'.repeat(40_000) });
    const replies: (typeof answer)[] = [
      (_request, response) => response.end(large),
      (_request, response) => response.end('{'),
      (_request, response) => response.end('null'),
      (_request, response) => response.writeHead(302, { location: at('/client.json') }).end(),
    ];
    for (const reply of replies) {
      answer = reply;
      expect(await isTaken(url)).toBe(false);
      app.clock.advance(60_000);
      await browser.signIn();
    }
  });

  it('whose host or address the operator has blocked, whatever is known of it', async () => {
    const url = at('/blocked.json');
    document(url);
    for (const blockedClients of ['127.0.0.1', `other.example, ${url}`]) {
      const other = await openApp(fixturePlatform, { flags: { blockedClients } });
      try {
        const { location } = await new Browser(other).get(attempt(url).url);
        expect([location, asked]).toEqual([null, 0]);
      } finally {
        await other.close();
      }
    }
  });

  it('whose host the operator blocks after it was let in: what it holds ends with it', async () => {
    const place = await newAppDatabase('sqlite', fixturePlatform);
    const database = { ...place, remove: async () => {} };
    const url = at('/later.json');
    document(url);
    const before = await openApp(fixturePlatform, { database });
    const { access, refresh: token } = await connect(before, { client: url });
    expect(await works(before, access)).toBe(true);
    await before.close();
    const after = await openApp(fixturePlatform, { database: place, flags: { blockedClients: '127.0.0.1' } });
    try {
      expect([await works(after, access), (await refresh(after, url, token)).body.error]).toEqual([false, 'invalid_client']);
      const other = await connect(after);
      expect(await works(after, other.access)).toBe(true);
    } finally {
      await after.close();
    }
  });

  it('that nobody could read: the page says so, in place of asking people to add the server again', async () => {
    fails(403);
    const { status, text } = await browser.get(attempt(at('/unread.json')).url);
    expect([status, text.includes('what is there could not be read'), text.includes('add it again')]).toEqual([400, true, false]);
  });

  it('by a server that is told to take none: it does not say that it does, and asks nobody; who was let in before goes on', async () => {
    const place = await newAppDatabase('sqlite', fixturePlatform);
    const url = at('/before.json');
    document(url);
    const before = await openApp(fixturePlatform, { database: { ...place, remove: async () => {} } });
    const { refresh: token } = await connect(before, { client: url });
    await before.close();
    asked = 0;
    const none = await openApp(fixturePlatform, { database: place, flags: { clientDocuments: 'off' } });
    try {
      const metadata = await none.call('GET', '/.well-known/oauth-authorization-server');
      expect(metadata.body.client_id_metadata_document_supported).toBe(false);
      expect((await none.call('GET', attempt(at('/after.json')).url)).status).toBe(400);
      expect([(await refresh(none, url, token)).status, asked]).toEqual([200, 0]);
    } finally {
      await none.close();
    }
  });

  it('from this machine, or by http, by a server for others (SSRF)', async () => {
    const other = await openApp(fixturePlatform, { flags: { publicUrl: 'https://api.example.com' } });
    try {
      document(at('/local.json'));
      for (const url of [
        at('/local.json'),
        'https://127.0.0.1/x',
        'https://10.0.0.1/x',
        'https://169.254.169.254/latest',
        'https://[::1]/x',
        'https://localhost/x',
      ])
        expect((await other.call('GET', attempt(url).url)).status).toBe(400);
      expect(asked).toBe(0);
    } finally {
      await other.close();
    }
  });
});

it.each([
  ['https://claude.ai/oauth/client.json', true],
  ['https://claude.ai/', false],
  ['https://claude.ai', false],
  ['https://claude.ai/a/../b', false],
  ['https://claude.ai/x#y', false],
  ['https://user@claude.ai/x', false],
  ['https://CLAUDE.ai/x', false],
  ['https://claude.ai:443/x', false],
  ['http://claude.ai/x', false],
  ['ftp://claude.ai/x', false],
  [`https://claude.ai/${'x'.repeat(2000)}`, false],
  ['a client id', false],
])('%s as the address of a document: %s', (id, is) => {
  expect(isDocumentUrl(id)).toBe(is);
});
