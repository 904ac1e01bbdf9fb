import { fileURLToPath } from 'node:url';
import { nippy as platform } from '@gatehouse/nippy';
import { expect, it } from 'vitest';
import { copiedAppDatabase, databaseKind } from '../../../test/support/app-database.js';
import { type Client, clientOf, must } from '../../../test/support/client.js';
import { serve } from '../../../test/support/command-line.js';
import { openApp, settableClock } from '../../../test/support/open-app.js';
import type { Db } from '../src/tables.js';
import type { Created } from './support/app.js';

const KILLED = fileURLToPath(new URL('./support/killed-in-count.platform.mjs', import.meta.url));
const SPINS = 12;
const VISITORS = 5;
const REGISTERED = 3;
const COUNTS = { spins: SPINS, visits: VISITORS, registrations: REGISTERED };

interface Business {
  readonly roulette: string;
  readonly slug: string;
}

async function makeBusiness(client: Client): Promise<Business> {
  const gifts = [{ name: 'None', probability: 100, typeOfGift: 'lost' }];
  const roulette = must(await client.post<Created>('/api/v1/roulettes', { name: 'Wheel', gifts }))._id;
  return { roulette, slug: must(await client.post<{ slug: string }>('/api/v1/flows', { name: 'Summer', redirect_url: 'https://shop.example/' })).slug };
}

/** Spins, visits and registrations, all of them acknowledged. */
async function happen(client: Client, { roulette, slug }: Business): Promise<void> {
  const { publicUrl } = must(await client.get<{ publicUrl: string }>(`/api/v1/flows/${slug}`));
  const spins = Array.from({ length: SPINS }, async (_, n) => must(await client.post('/api/v1/roulettes/spins', { roulette_id: roulette, person: `p${n}` })));
  const visits = Array.from({ length: VISITORS }, async (_, n) => (await fetch(publicUrl, { headers: { 'user-agent': `Browser ${n}` } })).text());
  const forms = (await Promise.all(visits)).slice(0, REGISTERED).map((page) => /name="_form" value="([^"]+)"/.exec(page)?.[1] ?? '');
  const sent = forms.map(async (_form) => {
    const body = new URLSearchParams({ _form, name: 'Ann', email: 'ann@example.com' });
    return (await fetch(publicUrl, { method: 'POST', body, redirect: 'manual' })).status;
  });
  expect(await Promise.all(sent)).toEqual(Array(REGISTERED).fill(303));
  await Promise.all(spins);
}

it('a process that is killed in the middle of a count loses nothing and counts nothing twice: each spin, visit and registration once', async () => {
  const database = await copiedAppDatabase(databaseKind(), platform);
  const clock = settableClock(Date.now());
  const open = () => openApp(platform, { clock, database: { ...database, migrate: async () => undefined, remove: async () => undefined } });
  try {
    const before = await open();
    const key = await before.key('acme@example.com');
    const business = await makeBusiness(clientOf(before.url, { 'x-api-key': key.raw }));
    await before.close();

    const environment = {
      GATEHOUSE_SECRET: 'a root secret for tests, long enough',
      ...('url' in database.database ? { GATEHOUSE_DATABASE: database.database.url } : {}),
    };
    const place = 'url' in database.database ? [] : ['--data', database.folder];
    const server = await serve([KILLED, ...place], { environment });
    await happen(clientOf(server.url, { 'x-api-key': key.raw }), business);
    expect((await server.ended).code).toBeNull();

    const after = await open();
    const client = clientOf(after.url, { 'x-api-key': key.raw });
    /** As the days' counts have it with what waits, and as the rows themselves have it. */
    const told = async () => {
      const ask = async (collection: string, more: object) =>
        must(await client.post<{ rows: { count: number }[] }>('/api/v1/analytics/query', { collection, ...more })).rows[0]?.count;
      const dim = { spins: 'person', visits: 'utm_source', registrations: 'utm_source' };
      return Promise.all(
        Object.entries(dim).map(async ([name, field]) => [name, await ask(name, {}), await ask(name, { filters: [{ field, operator: 'ne', value: '-' }] })]),
      );
    };
    const waiting = () =>
      after.gatehouse.store.tx(key.tenant, async ({ db }) => (await (db as unknown as Db).selectFrom('analytics_pending').selectAll().execute()).length);
    const once = Object.entries(COUNTS).map(([name, count]) => [name, count, count]);
    expect([await waiting(), await told()]).toEqual([SPINS + VISITORS + REGISTERED, once]);
    // What the dead process had is left to it for a while.
    clock.advance(60_000);
    await after.gatehouse.jobs.settle();
    expect([await waiting(), await told()]).toEqual([0, once]);
    await after.close();
  } finally {
    await database.remove();
  }
}, 30_000);
