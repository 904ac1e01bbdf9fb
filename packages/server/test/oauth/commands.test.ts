import { afterAll, beforeAll, expect, it } from 'vitest';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';
import { moment } from '../support/moment.js';
import { runCommand } from '../support/run-command.js';
import { CALLBACK, connect, newClient, refresh, works } from './program.js';

let app: TestApp;
beforeAll(async () => {
  app = await openApp(fixturePlatform);
});
afterAll(() => app.close());

const run = (name: string, given: Readonly<Record<string, string>> = {}) => runCommand(app, name, given);

it('client list shows the programs, those that wait and those that were let in, and no secret; client remove ends all that one was allowed', async () => {
  const waiting = await newClient(app, { client_name: 'One that waits', token_endpoint_auth_method: 'client_secret_basic' });
  const { client, access, refresh: token } = await connect(app);
  const shown = { kind: 'registered', redirect_uris: [CALLBACK], created_at: moment };
  const listed = await run('client list');
  expect(listed).toMatchObject({
    ok: true,
    value: expect.arrayContaining([
      { ...shown, id: waiting, name: 'One that waits', waits_until: moment },
      { ...shown, id: client, name: 'A program', waits_until: null },
    ]),
  });
  expect(JSON.stringify(listed)).not.toMatch(/secret|hash/);
  expect(await works(app, access)).toBe(true);
  expect(await run('client remove', { id: client })).toEqual({ ok: true, value: { id: client } });
  expect([await works(app, access), (await refresh(app, client, token)).body.error]).toEqual([false, 'invalid_client']);
  expect(JSON.stringify(await run('client remove', { id: client }))).toContain('not_found');
});

it('signing-key rotate makes another key, and signing-key list shows which are retired, and nothing that is private', async () => {
  expect(await run('signing-key list')).toEqual({ ok: true, value: [] });
  const first = await run('signing-key rotate');
  expect(first).toEqual({ ok: true, value: { id: expect.any(String), algorithm: 'ES256', created_at: moment, retired_at: null } });
  app.clock.advance(1000);
  const second = await run('signing-key rotate');
  const listed = await run('signing-key list');
  expect(listed).toMatchObject({ ok: true, value: [{ retired_at: null }, { retired_at: moment }] });
  expect([JSON.stringify(listed).includes('"d"'), JSON.stringify(first) === JSON.stringify(second)]).toEqual([false, false]);
});
