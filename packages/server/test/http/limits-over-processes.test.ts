import { definePlatform } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newAppDatabase } from '../../../../test/support/app-database.js';
import { fixtureSpec } from '../../../../test/support/fixture-platform.js';
import { type Answer, type TestApp, openApp, settableClock } from '../../../../test/support/open-app.js';

const LIMIT = 30;
const FAILURES = 5;
const platform = definePlatform({ ...fixtureSpec, tenancy: { plans: { default: { limits: { key: { limit: LIMIT, periodSeconds: 60 } } } } } });

const clock = settableClock();
const apps: TestApp[] = [];
beforeAll(async () => {
  const database = await newAppDatabase('postgres', platform);
  const flags = { failedAuthPerMinute: String(FAILURES) };
  for (const remove of [database.remove, async () => undefined, async () => undefined]) {
    apps.push(await openApp(platform, { clock, flags, database: { ...database, remove } }));
  }
}, 60_000);
afterAll(async () => {
  // The database goes with the app that was opened first.
  for (const app of apps.toReversed()) await app.close();
});

/** So many calls at once, each at the next of the processes. */
function calls(count: number, token: string): Promise<Answer[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => at(index).call('GET', '/api/v1/things', { token })));
}

function at(index: number): TestApp {
  const app = apps[index % apps.length];
  if (app === undefined) throw new Error('No app was opened');
  return app;
}

const countOf = (answers: readonly Answer[], wanted: number): number => answers.filter(({ status }) => status === wanted).length;

describe('three processes on one database', () => {
  it('let a key through as often as one process would, over all of them and on every surface', async () => {
    const { raw } = await at(0).key('ann@example.com');
    const answers = await calls(2 * LIMIT, raw);
    expect([countOf(answers, 200), countOf(answers, 429)]).toEqual([LIMIT, LIMIT]);
    const refused = answers.find(({ status }) => status === 429);
    expect([refused?.body.code, refused?.headers.get('retry-after')]).toEqual(['rate_limited', '2']);
    for (const app of apps) expect((await app.rpc(raw, 'tools/call', { name: 'things_list' })).status).toBe(429);
    clock.advance(2000);
    expect(countOf(await calls(6, raw), 200)).toBe(1);
  });

  it('count what one address got wrong together, and never refuse a good key for it', async () => {
    const answers = await calls(3 * FAILURES, 'fix_wrong');
    expect([countOf(answers, 401), countOf(answers, 429)]).toEqual([FAILURES, 2 * FAILURES]);
    for (const app of apps) expect((await app.rpc('fix_wrong', 'ping')).status).toBe(429);
    const { raw } = await at(1).key('bob@example.com');
    expect(countOf(await calls(6, raw), 200)).toBe(6);
  });
});
