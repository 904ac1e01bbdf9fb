import { Refusal } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gatehouse as command, temporaryFolder } from '../../../test/support/command-line.js';
import { databaseKind } from '../../../test/support/app-database.js';
import { samples, seed } from '../src/seed/index.js';
import { tables } from '../src/tables.js';
import { type Client, type Nippy, type Proposal, must, openNippy } from './support/app.js';

interface Told {
  readonly rows: readonly { readonly count: number; readonly total?: number }[];
}

describe('what `gatehouse seed` makes of a business', () => {
  let app: Nippy;
  const made: Record<string, Readonly<Record<string, number>>> = {};
  const clients: Record<string, Client> = {};
  const sow = async (name: string, sample?: string) => {
    const { tenant, user } = await app.key(name);
    const { store, jobs } = app.gatehouse;
    return seed({
      user,
      tx: (work) => store.tx(tenant, work as never),
      enqueue: (job, input) => jobs.add({ tenant, user, name: job.name, input: JSON.stringify(input) }),
      now: () => app.now,
      id: () => globalThis.crypto.randomUUID(),
      ...(sample === undefined ? {} : { sample }),
    });
  };

  beforeAll(async () => {
    app = await openNippy();
    for (const sample of samples) {
      const counts = await sow(sample, sample);
      if (counts instanceof Refusal) throw counts;
      made[sample] = counts;
      clients[sample] = await app.business(sample);
    }
  }, 60_000);
  afterAll(() => app?.close());

  it('is one of two, which differ in all that they have', async () => {
    expect(samples).toEqual(['couriers', 'cafes']);
    const [one, other] = await Promise.all(
      samples.map(async (sample) => {
        const client = clients[sample] as Client;
        const lists = ['roulettes', 'roulettes/items', 'supply/stocks', 'supply/nippy-centers', 'learning/courses', 'flows'];
        const answers = await Promise.all(lists.map((path) => client.get<{ name?: string; productName?: string }[]>(`/api/v1/${path}`)));
        return answers.flatMap((answer) => must(answer).map(({ name, productName }) => name ?? productName));
      }),
    );
    expect(one?.length).toBeGreaterThan(10);
    expect(one?.filter((name) => other?.includes(name))).toEqual([]);
  });

  it.each(samples)('%s: counters, stock and figures agree with what is there, before and after the jobs', async (sample) => {
    const client = clients[sample] as Client;
    const counts = made[sample] ?? {};
    const query = async (collection: string, field?: string) => {
      const sum = field === undefined ? [] : [{ function: 'sum', field, as: 'total' }];
      const measures = [{ function: 'count' }, ...sum];
      return must(await client.post<Told>('/api/v1/analytics/query', { collection, dateRange: 'last_90_days', measures })).rows[0];
    };
    for (const when of ['before', 'after']) {
      const figures = [await query('spins'), await query('enrolments'), await query('registrations'), await query('visits')];
      expect([when, ...figures.map((figure) => figure?.count)]).toEqual([when, counts.spins, counts.enrolments, counts.registrations, counts.visits]);
      await app.settle();
    }
    const roulettes = must(await client.get<{ totalSpins: number }[]>('/api/v1/roulettes'));
    expect(roulettes.reduce((sum, { totalSpins }) => sum + totalSpins, 0)).toBe(counts.spins);
    const stats = must(await client.get<{ totalCompletions: number; totalVisits: number; uniqueVisits: number }>('/api/v1/flows/stats'));
    expect(stats).toMatchObject({
      totalCompletions: counts.registrations,
      uniqueVisits: counts.visits,
      totalVisits: (await query('visits', 'visit_count'))?.total,
    });
    const history = must(await client.get<{ quantity: number }[]>('/api/v1/supply/withdrawals?limit=1000'));
    expect((await query('withdrawals', 'quantity'))?.total).toBe(history.reduce((sum, { quantity }) => sum + quantity, 0));
    const lying = must(await client.get<{ currentStock: number }[]>('/api/v1/supply/nippy-center-stocks'));
    expect(Math.min(...lying.map(({ currentStock }) => currentStock))).toBeGreaterThanOrEqual(0);
  });

  it('is made once: a business that has roulettes is left as it is', async () => {
    const again = await sow('couriers');
    expect(again instanceof Refusal && again.failure.code).toBe('conflict');
  });

  it('goes with its owner: of every table all is in the export, and nothing is left; the other business keeps its own', async () => {
    const [couriers, cafes] = [clients.couriers as Client, clients.cafes as Client];
    const [gone, kept] = await Promise.all(['couriers', 'cafes'].map(async (name) => (await app.key(name)).tenant));
    const [flow] = must(await couriers.get<{ publicUrl: string }[]>('/api/v1/flows'));
    const { proposal_id } = must(await couriers.post<Proposal>('/api/v1/roulettes/items/propose', { name: 'Cap' }));
    must(await couriers.post('/api/v1/roulettes/items', { name: 'Cap', proposal_id }));
    expect((await fetch(flow?.publicUrl ?? '')).status).toBe(200);
    const rowsOf = async (tenant = '') =>
      Object.fromEntries(
        await Promise.all(tables.map(async ({ name }) => [name, (await app.gatehouse.store.unsafe(tenant, `select id from ${name}`)).length] as const)),
      );
    const [before, others] = [await rowsOf(gone), await rowsOf(kept)];
    expect(Object.entries(before).filter(([, count]) => count === 0)).toEqual([]);

    const owner = await app.gatehouse.users.findOrCreate('couriers@example.com');
    if (owner instanceof Refusal) throw owner;
    const { token } = await app.gatehouse.sessions.mint({ tenant: owner.homeTenant, user: owner.id, createdBy: 'test' });
    const person = app.as({ authorization: `Bearer ${token}` });
    const lines = (await person.get('/api/v1/gatehouse/me/export')).text.trimEnd().split('\n');
    const exported = lines.map((line) => JSON.parse(line) as { is: string; table?: string }).filter(({ is }) => is === 'row');
    expect(Object.fromEntries(Object.keys(before).map((name) => [name, exported.filter(({ table }) => table === name).length]))).toEqual(before);

    must(await person.post('/api/v1/gatehouse/me/delete', { email: 'couriers@example.com' }));
    expect([(await couriers.get('/api/v1/flows')).status, (await person.get('/api/v1/flows')).status]).toEqual([401, 401]);
    expect((await fetch(flow?.publicUrl ?? '')).status).toBe(404);
    await app.settle();
    app.now += 120_000;
    await app.settle();
    expect(await rowsOf(gone)).toEqual(Object.fromEntries(Object.keys(before).map((name) => [name, 0])));
    expect(await rowsOf(kept)).toEqual(others);
    expect((await cafes.get('/api/v1/flows')).status).toBe(200);
  });
});

describe.runIf(databaseKind() === 'sqlite')('the command line', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());
  const seeded = (...more: string[]) => command(['seed', '--platform', 'nippy', '--data', folder.path, '--json', ...more]);

  it('fills a business with the sample that is named, and names those that there are', async () => {
    const { stdout } = await seeded('--user', 'cafe@example.com', '--sample', 'cafes');
    expect(JSON.parse(stdout)).toMatchObject({ tenant_id: expect.any(String), roulettes: 1, flows: 1, courses: 1 });
    const { code, stderr } = await seeded('--user', 'other@example.com', '--sample', 'bakery');
    expect([code, stderr]).toEqual([1, expect.stringContaining('couriers, cafes')]);
  });
});
