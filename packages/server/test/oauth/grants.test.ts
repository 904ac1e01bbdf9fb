import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseKind, newAppDatabase } from '../../../../test/support/app-database.js';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp, settableClock } from '../../../../test/support/open-app.js';
import { signIn } from '../sessions/people.js';
import { moment } from '../support/moment.js';
import { runCommand } from '../support/run-command.js';
import { letIn, list, tokenOf } from './tokens.js';

let app: TestApp;
beforeAll(async () => {
  app = await openApp(fixturePlatform);
});
afterAll(() => app.close());

const isIn = async (token: string) => (await list(app, token)).status === 200;
const manage = (token: string, method: string, path: string, body?: object) =>
  app.call(method, `/api/v1/gatehouse/grants${path}`, { token, ...(body === undefined ? {} : { body }) });

describe('what a person let in', () => {
  it('is listed with what it may do, newest first, and when it was used last; nothing of it is a secret', async () => {
    const email = 'lists@example.com';
    const { token } = await signIn(app, email);
    const first = await letIn(app, { email, client: 'claude', scopes: ['things:read'] });
    app.clock.advance(1000);
    const second = await letIn(app, { email, client: 'https://vscode.example/client.json', scopes: ['things:read', 'things:write'] });
    expect(await isIn(first.token)).toBe(true);
    const { status, body, text } = await manage(token, 'GET', '');
    const shape = { tenant_id: first.tenant, client_host: 'client.example', created_at: moment };
    expect([status, body]).toEqual([
      200,
      [
        {
          ...shape,
          id: second.grant,
          client_id: second.client,
          client_name: `${second.client} for tests`,
          scopes: ['things:read', 'things:write'],
          last_used_at: null,
        },
        { ...shape, id: first.grant, client_id: 'claude', client_name: 'claude for tests', scopes: ['things:read'], last_used_at: moment },
      ],
    ]);
    expect(text).not.toContain(first.token);
  });

  it('is ended one by one: every token of it is refused with the answer, and the others go on', async () => {
    const email = 'ends@example.com';
    const { token } = await signIn(app, email);
    const [laptop, desktop] = [await letIn(app, { email }), await letIn(app, { email })];
    const { token: another } = await tokenOf(app, { tenant: laptop.tenant, client: laptop.client, grant: laptop.grant, scopes: ['*'] });
    for (const one of [laptop.token, another, desktop.token]) expect(await isIn(one)).toBe(true);
    expect((await manage(token, 'DELETE', `/${laptop.grant}`)).status).toBe(204);
    expect([await isIn(laptop.token), await isIn(another), await isIn(desktop.token)]).toEqual([false, false, true]);
    expect((await manage(token, 'GET', '')).body.map(({ id }: { id: string }) => id)).toEqual([desktop.grant]);
    expect((await manage(token, 'DELETE', `/${laptop.grant}`)).status).toBe(404);
  });

  it('is ended by its program, on all devices at once, and that of other programs goes on', async () => {
    const email = 'everywhere@example.com';
    const { token } = await signIn(app, email);
    const client = 'https://client.example/metadata.json';
    const [one, two, other] = [await letIn(app, { email, client }), await letIn(app, { email, client }), await letIn(app, { email, client: 'other' })];
    for (const { token: held } of [one, two, other]) expect(await isIn(held)).toBe(true);
    const ended = await manage(token, 'POST', '/revoke-client', { client_id: client });
    expect([ended.status, ended.body]).toEqual([200, { ended: 2 }]);
    expect([await isIn(one.token), await isIn(two.token), await isIn(other.token)]).toEqual([false, false, true]);
    expect((await manage(token, 'POST', '/revoke-client', { client_id: client })).body).toEqual({ ended: 0 });
    expect((await manage(token, 'POST', '/revoke-client', {})).status).toBe(400);
  });

  it('is nobody else’s: a grant of others is unknown like one that never was, byte for byte', async () => {
    const { token } = await signIn(app, 'stranger@example.com');
    const theirs = await letIn(app, { email: 'owner@example.com', client: 'shared' });
    expect(await isIn(theirs.token)).toBe(true);
    const [foreign, unknown] = [await manage(token, 'DELETE', `/${theirs.grant}`), await manage(token, 'DELETE', '/00000000-0000-4000-8000-000000000000')];
    const told = ({ text }: { text: string }) => text.replace(/req_\w+/, '');
    expect([foreign.status, told(foreign)]).toEqual([404, told(unknown)]);
    expect((await manage(token, 'POST', '/revoke-client', { client_id: 'shared' })).body).toEqual({ ended: 0 });
    expect((await manage(token, 'GET', '')).body).toEqual([]);
    expect(await isIn(theirs.token)).toBe(true);
  });

  it('is managed by people only: no key and no token reaches it', async () => {
    const mine = await letIn(app, { email: 'managed@example.com' });
    const { raw } = await app.key('managed@example.com');
    for (const credential of [mine.token, raw]) {
      expect((await manage(credential, 'GET', '')).status).toBe(403);
      expect((await manage(credential, 'DELETE', `/${mine.grant}`)).status).toBe(403);
      expect((await manage(credential, 'POST', '/revoke-client', { client_id: mine.client })).status).toBe(403);
    }
    expect(await isIn(mine.token)).toBe(true);
    expect((await manage('', 'GET', '')).status).toBe(401);
  });
});

describe('gatehouse grant', () => {
  const run = (name: string, given: Readonly<Record<string, string>>) => runCommand(app, name, given);

  it('lists what a user let in, and ends one of them with the next call', async () => {
    const mine = await letIn(app, { email: 'cli@example.com', scopes: ['things:read'] });
    expect(await isIn(mine.token)).toBe(true);
    const shape = { client_id: 'claude', client_name: 'claude for tests', client_host: 'client.example', tenant_id: mine.tenant, scopes: ['things:read'] };
    const listed = { ...shape, id: mine.grant, created_at: moment, last_used_at: moment };
    for (const user of ['CLI@example.com', mine.user]) expect(await run('grant list', { user })).toEqual({ ok: true, value: [listed] });
    expect(await run('grant revoke', { id: mine.grant })).toEqual({ ok: true, value: { id: mine.grant, user_id: mine.user } });
    expect(await isIn(mine.token)).toBe(false);
    expect(await run('grant list', { user: mine.user })).toEqual({ ok: true, value: [] });
  });

  it('says of an unknown or ended grant, or a token in the place of an id, that there is none, and does not repeat it', async () => {
    const mine = await letIn(app, { email: 'again@example.com' });
    await run('grant revoke', { id: mine.grant });
    for (const id of [mine.grant, mine.token, 'no-such']) {
      const answer = await run('grant revoke', { id });
      expect(answer).toMatchObject({ ok: false, code: 'not_found' });
      expect(JSON.stringify(answer)).not.toContain(id);
    }
    expect(await run('grant list', { user: 'nobody@example.com' })).toMatchObject({ ok: false, code: 'not_found' });
  });
});

/** One process alone serves a SQLite file. */
describe.runIf(databaseKind() === 'postgres')('over several processes', () => {
  it('what one ends of a grant is refused by every other with the answer: one grant, and all of a program', async () => {
    const clock = settableClock();
    const database = await newAppDatabase('postgres', fixturePlatform);
    const first = await openApp(fixturePlatform, { clock, database });
    const second = await openApp(fixturePlatform, { clock, database: { ...database, remove: async () => undefined } });
    try {
      const isInWhere = (held: string) => Promise.all([first, second].map(async (at) => (await list(at, held)).status === 200));
      const { token } = await signIn(first);
      const [one, two] = [await letIn(first), await letIn(first)];
      for (const { token: held } of [one, two]) expect(await isInWhere(held)).toEqual([true, true]);
      expect((await second.call('DELETE', `/api/v1/gatehouse/grants/${one.grant}`, { token })).status).toBe(204);
      expect([await isInWhere(one.token), await isInWhere(two.token)]).toEqual([
        [false, false],
        [true, true],
      ]);
      expect((await second.call('POST', '/api/v1/gatehouse/grants/revoke-client', { token, body: { client_id: two.client } })).body).toEqual({ ended: 1 });
      expect(await isInWhere(two.token)).toEqual([false, false]);
    } finally {
      await second.close();
      await first.close();
    }
  });
});
