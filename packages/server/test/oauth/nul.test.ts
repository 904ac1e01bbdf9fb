import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';
import { browse, club, person } from '../members/people.js';
import { send } from './program.js';

let app: TestApp;
beforeAll(async () => {
  app = await openApp(club);
});
afterAll(() => app.close());

const NUL = '\0';
const named = { client_id: NUL, client_secret: NUL, token: NUL, code: NUL, refresh_token: NUL, code_verifier: NUL, redirect_uri: NUL };
const basic = { authorization: `Basic ${Buffer.from('%00:%00').toString('base64')}` };

it('a NUL character in a form or an address names nothing: neither a program, a token nor anything of a person', async () => {
  const { token } = await person(app, 'ann@example.com');
  const answers = [
    ...['authorization_code', 'refresh_token', 'client_credentials'].map((grant_type) => send(app, '/oauth/token', { ...named, grant_type })),
    ...['/oauth/revoke', '/oauth/introspect'].flatMap((path) => [send(app, path, named), send(app, path, { token: 'x' }, basic)]),
    browse(app, '/oauth/authorize?response_type=code&client_id=%00', token),
    ...['/invitation?id=%00', '/invitation?token=%00', '/sign-in/link?token=%00'].map((path) => browse(app, path, token)),
    ...['/invitation', '/account/switch', '/account/disconnect', '/account/end-session'].map((path) =>
      browse(app, path, token, { id: NUL, tenant: NUL, client: NUL, session: NUL }),
    ),
  ];
  for (const { status, text } of await Promise.all(answers)) expect([303, 400, 401, 404], text).toContain(status);
  expect(app.logged()).not.toContain('internal_error');
});
