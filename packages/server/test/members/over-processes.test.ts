import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseKind, newAppDatabase } from '../../../../test/support/app-database.js';
import { type TestApp, openApp, settableClock } from '../../../../test/support/open-app.js';
import { type Person, club, founded, joined, keyOf, person, programOf } from './people.js';

/** On PostgreSQL two processes on one database; on SQLite the one that there can be. */
const clock = settableClock();
// What tokens are good for is said by the public address, whichever process is called.
const flags = { publicUrl: 'http://127.0.0.1:4100' };
const apps: TestApp[] = [];
let owner: Person;
let tenant: string;

beforeAll(async () => {
  const database = await newAppDatabase(databaseKind(), club);
  apps.push(await openApp(club, { clock, flags, database }));
  if (databaseKind() === 'postgres') apps.push(await openApp(club, { clock, flags, database: { ...database, remove: async () => undefined } }));
  owner = await person(first(), 'owner@example.com');
  tenant = await founded(owner);
}, 60_000);
afterAll(async () => {
  // The database goes with the app that was opened first.
  for (const app of apps.toReversed()) await app.close();
});

function first(): TestApp {
  const [app] = apps;
  if (app === undefined) throw new Error('There is one');
  return app;
}

/** What each credential may do at each process: read and write. */
const everywhere = (credentials: readonly string[]) =>
  Promise.all(
    apps.flatMap((app) =>
      credentials.map(async (token) => {
        const read = await app.call('GET', '/api/v1/things', { token });
        const write = await app.call('POST', '/api/v1/things', { token, body: {} });
        return `${read.status} ${write.status}`;
      }),
    ),
  );
const all = (what: string) => Array(3 * apps.length).fill(what);

async function memberWith(email: string): Promise<{ who: Person; credentials: readonly string[] }> {
  const who = await person(first(), email);
  await joined(owner, who, 'manager');
  const credentials = [await keyOf(who), await programOf({ ...first(), url: flags.publicUrl }, who, tenant), who.token];
  expect(await everywhere(credentials)).toEqual(all('200 400'));
  return { who, credentials };
}

describe('with the answer, at every process,', () => {
  it('a key, a program and a session of a member hold what the new role holds', async () => {
    const { who, credentials } = await memberWith('demoted@example.com');
    await owner.manage('PATCH', `/members/${who.user}`, { role: 'guest' });
    expect(await everywhere(credentials)).toEqual(all('200 403'));
    await owner.manage('PATCH', `/members/${who.user}`, { role: 'manager' });
    expect(await everywhere(credentials)).toEqual(all('200 400'));
  });

  it('those of a removed member are refused, and stay so when the person is back', async () => {
    const { who, credentials } = await memberWith('removed@example.com');
    await owner.manage('DELETE', `/members/${who.user}`);
    expect(await everywhere(credentials)).toEqual(all('401 401'));
    await joined(owner, await person(first(), who.email), 'manager');
    expect(await everywhere(credentials)).toEqual(all('401 401'));
  });

  it('a session acts in the tenant that it was switched to', async () => {
    const who = await person(first(), 'switching@example.com');
    const places = () => Promise.all(apps.map(async (app) => (await app.call('GET', '/api/v1/whereami', { token: who.token })).body.tenant));
    expect(new Set(await places())).toEqual(new Set([who.home]));
    const other = await founded(who, 'Another');
    expect(new Set(await places())).toEqual(new Set([other]));
  });
});
