import { definePlatform } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixtureSpec } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';
import {
  Browser,
  CALLBACK,
  type Page,
  type Query,
  attempt,
  coded,
  connect,
  newClient,
  openProgram,
  redeem,
  refresh,
  register,
  send,
  toldBy,
  works,
} from './program.js';

let app: TestApp;
let browser: Browser;
let client: string;
beforeAll(async () => {
  ({ app, client, browser } = await openProgram());
});
afterAll(() => app.close());

const ask = (query: Query): Promise<Page> => browser.get(attempt(client, query).url);
const told = (page: Page): URLSearchParams => toldBy(page, app);
const newCode = () => coded(browser, client);

type Attack = readonly [name: string, fails: () => Promise<void>];

/** What was found in better-auth's providers in June 2026. Whose an invitation is: packages/server/test/members/invitations.test.ts. */
const betterAuth: readonly Attack[] = [
  [
    'privileges of clients are not checked: reading, changing or removing the registration of another',
    async () => {
      for (const method of ['GET', 'PUT', 'PATCH', 'DELETE'])
        expect([method, (await app.call(method, `/oauth/register/${client}`)).status]).toEqual([method, 404]);
    },
  ],
  [
    'a code is redeemed twice',
    async () => {
      const { asked, code } = await newCode();
      const answers = await Promise.all([redeem(app, client, code, asked), redeem(app, client, code, asked)]);
      const good = answers.find(({ status }) => status === 200);
      expect([answers.map(({ status }) => status).sort(), await works(app, good?.body.access_token)]).toEqual([[200, 400], false]);
    },
  ],
  [
    'a refresh is not atomic',
    async () => {
      const { client: id, refresh: token } = await connect(app);
      const answers = await Promise.all([refresh(app, id, token), refresh(app, id, token), refresh(app, id, token)]);
      expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
    },
  ],
  [
    'a token is given for a resource that was not consented to',
    async () => {
      const { client: id, refresh: token } = await connect(app);
      expect((await refresh(app, id, token, { resource: 'https://other.example' })).body.error).toBe('invalid_target');
      expect(told(await ask({ resource: 'https://other.example' })).get('error')).toBe('invalid_target');
    },
  ],
  ['a redirect address is matched by its beginning', async () => expect((await ask({ redirect_uri: `${CALLBACK}/more` })).location).toBeNull()],
  [
    'PKCE is left to the program, a confidential one at that',
    async () => {
      const { body } = await register(app, { token_endpoint_auth_method: 'client_secret_basic' });
      const { location } = await browser.get(attempt(body.client_id, { code_challenge: undefined, code_challenge_method: undefined }).url);
      expect(new URL(location ?? '').searchParams.get('error')).toBe('invalid_request');
    },
  ],
  [
    'a device is let in by another person than who began: there is no device flow',
    async () => {
      expect((await app.call('POST', '/oauth/device')).status).toBe(404);
      const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', client_id: client, device_code: 'x' };
      expect((await send(app, '/oauth/token', grant)).body.error).toBe('unsupported_grant_type');
    },
  ],
  [
    'a malformed Authorization header ends the process',
    async () => {
      for (const authorization of [
        '',
        'Basic',
        'Basic ',
        'Basic =',
        'Basic \u00ff',
        'Basic dXNlcg==',
        'Bearer',
        'Basic a b c',
        `Basic ${'A'.repeat(9000)}`,
        'Basic JSU6JSU=',
      ]) {
        const { status } = await send(app, '/oauth/token', { grant_type: 'refresh_token', client_id: client, refresh_token: 'x' }, { authorization });
        expect([authorization, status === 400 || status === 401]).toEqual([authorization, true]);
      }
      expect((await app.call('GET', '/oauth/jwks')).status).toBe(200);
    },
  ],
  [
    'a mistake in the configuration fails open',
    async () => {
      expect(() => definePlatform({ ...fixtureSpec, authorization: { kind: 'own', defaultScopes: ['things:everything'] } })).toThrow(
        'which the platform does not declare',
      );
      const none = await openApp(definePlatform({ ...fixtureSpec, authorization: { kind: 'own', defaultScopes: [] } }));
      try {
        const person = new Browser(none);
        await person.signIn();
        const { location } = await person.get(attempt(await newClient(none)).url);
        expect(new URL((await person.get(location ?? '')).location ?? '').searchParams.get('error')).toBe('access_denied');
        const redirect_uri = 'https://evil.example/sign-in';
        const { body } = await register(none, { redirect_uris: [redirect_uri] });
        const refused = await person.get((await person.get(attempt(body.client_id, { redirect_uri }).url)).location ?? '');
        expect([refused.status, refused.location]).toEqual([400, null]);
      } finally {
        await none.close();
      }
    },
  ],
];

describe("better-auth's advisories of June 2026", () => {
  it.each(betterAuth)('%s', async (_name, fails) => fails());
});
