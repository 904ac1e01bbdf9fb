import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';
import { Browser } from './browser.js';
import { CLIENT } from './stand-in.js';

let server: Server;
let app: TestApp;
let issuer: string;

beforeAll(async () => {
  server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const environment = {
    GATEHOUSE_OIDC_ISSUER: issuer,
    GATEHOUSE_OIDC_CLIENT_ID: CLIENT.clientId,
    GATEHOUSE_OIDC_CLIENT_SECRET: CLIENT.clientSecret,
    GATEHOUSE_OIDC_NAME: 'Strict',
  };
  app = await openApp(fixturePlatform, { database: 'sqlite', environment });
  server.on('request', strict(`${app.url}/sign-in/with/oidc/callback`));
});
afterAll(async () => {
  await app.close();
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

/** A certified provider: it takes PKCE alone, and says who somebody is only to the access token. Whoever comes is Ann. */
function strict(redirectUri: string): (...args: Parameters<ReturnType<Provider['callback']>>) => void {
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret, redirect_uris: [redirectUri] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    pkce: { required: () => true },
    ttl: { Interaction: 60, Grant: 60, Session: 60, AccessToken: 60, IdToken: 60 },
    cookies: { keys: ['a key of the cookies'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (_ctx, accountId) => ({ accountId, claims: () => ({ sub: accountId, email: 'ann@example.com', email_verified: true, name: 'Ann' }) }),
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({ clientId: oidc.client?.clientId ?? '', accountId: oidc.session?.accountId ?? '' });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  const serve = provider.callback();
  return (request, response) => {
    if (request.url?.startsWith('/interaction/') === true) void provider.interactionFinished(request, response, { login: { accountId: 'ann-there' } });
    else void serve(request, response);
  };
}

it('a provider that nobody here wrote signs in, with PKCE, a nonce, a signature and what its userinfo says', async () => {
  const browser = new Browser(app);
  const begun = await browser.post('/sign-in/with/oidc', { next: '/docs' });
  const there = new Browser({ url: issuer });
  let to = begun.leadsTo ?? '';
  for (let step = 0; to.startsWith(issuer) && step < 5; step += 1) to = new URL((await there.get(to)).leadsTo ?? 'about:blank', issuer).href;
  const done = await browser.get(to);
  expect([done.status, done.leadsTo]).toEqual([303, '/docs']);
  expect(await browser.email()).toBe('ann@example.com');
  expect(await app.gatehouse.store.users.findByIdentity(issuer, 'ann-there')).toMatchObject({ name: 'Ann', emailVerified: true });
});
