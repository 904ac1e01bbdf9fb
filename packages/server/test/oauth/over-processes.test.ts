import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseKind, newAppDatabase } from '../../../../test/support/app-database.js';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp, settableClock } from '../../../../test/support/open-app.js';
import { Browser, coded, connect, newClient, redeem, refresh, send, works } from './program.js';

/** One process alone serves a SQLite file. */
describe.runIf(databaseKind() === 'postgres')('several processes', () => {
  const clock = settableClock();
  const flags = { publicUrl: 'http://127.0.0.1:4100' };
  let one: TestApp;
  let other: TestApp;
  beforeAll(async () => {
    const database = await newAppDatabase('postgres', fixturePlatform);
    one = await openApp(fixturePlatform, { clock, flags, database });
    other = await openApp(fixturePlatform, { clock, flags, database: { ...database, remove: async () => {} } });
  }, 60_000);
  afterAll(async () => {
    await other.close();
    await one.close();
  });
  /** Our own origin is the public one, whichever process is called. */
  const person = async (app: TestApp): Promise<Browser> => {
    const browser = new Browser(app, flags.publicUrl);
    await browser.signIn();
    return browser;
  };

  it('know a program that registered at another, a code that it gave, and a token', async () => {
    const client = await newClient(one);
    const { asked, code } = await coded(await person(one), client);
    const { status, body } = await redeem(other, client, code, asked);
    expect([status, await works(one, body.access_token)]).toEqual([200, true]);
  });

  it('redeem a code once, and when it comes to another one too, what it gave ends at all of them (code double redemption)', async () => {
    const client = await newClient(one);
    const { asked, code } = await coded(await person(one), client);
    const answers = await Promise.all([one, other, one, other].map((app) => redeem(app, client, code, asked)));
    const won = answers.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    expect(await Promise.all([one, other].map((app) => works(app, won[0]?.body.access_token)))).toEqual([false, false]);
  });

  it('answer the same successor to refreshes at once, and a late one ends it at all of them', async () => {
    const { client, refresh: token } = await connect(one, { browser: await person(one) });
    const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => refresh(i % 2 === 0 ? one : other, client, token)));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.refresh_token}`)).size).toBe(1);
    const access = answers[0]?.body.access_token;
    expect(await Promise.all([one, other].map((app) => works(app, access)))).toEqual([true, true]);
    clock.advance(30_000);
    expect((await refresh(other, client, token)).body.error).toBe('invalid_grant');
    expect(await Promise.all([one, other].map((app) => works(app, access)))).toEqual([false, false]);
  });

  it('refuse what one of them revoked, with the answer', async () => {
    const { client, access, refresh: token } = await connect(one, { browser: await person(one) });
    expect(await works(one, access)).toBe(true);
    await send(other, '/oauth/revoke', { client_id: client, token: access });
    expect(await works(one, access)).toBe(false);
    const { body } = await refresh(one, client, token);
    expect(await works(other, body.access_token)).toBe(true);
    await one.gatehouse.clients.remove(client);
    expect([await works(other, body.access_token), (await refresh(other, client, body.refresh_token)).status]).toEqual([false, 401]);
  });

  it('sign with one key, whichever made the first', async () => {
    const sets = await Promise.all([one, other, one, other].map((app) => app.call('GET', '/oauth/jwks')));
    expect(new Set(sets.map(({ text }) => text)).size).toBe(1);
  });
});
