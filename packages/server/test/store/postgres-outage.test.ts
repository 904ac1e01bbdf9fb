import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startPostgres } from '../../../../scripts/lib/postgres.mjs';
import { openPostgresStore } from '../../src/store/postgres/index.js';
import { migratePostgres } from '../../src/store/postgres/migrate.js';
import { Session } from '../../src/store/postgres/session.js';
import type { Store } from '../../src/store/store.js';
import { UnavailableError } from '../../src/domain/unavailable-error.js';
import { key, tenant, hashOf } from './place.js';
import { dbOf, tables, txOf } from './tables.js';
import { TcpProxy } from './tcp-proxy.js';

/** A server of its own, because it is stopped. */
let server: Awaited<ReturnType<typeof startPostgres>>;
let url: string;
let store: Store;

beforeEach(async () => {
  server = await startPostgres({ durable: false });
  url = (await migratePostgres({ adminUrl: server.adminUrl, tables, now: () => 1 })).url ?? '';
});
afterEach(async () => {
  await store?.close();
  await server.close();
});

/** What was asked, how it ended, and how long that took. */
interface Asked {
  readonly id: string;
  readonly error: unknown;
  readonly ms: number;
}

const LONGEST_MS = 8_000;

/** Calls `ask` again and again until it is told to stop; after a failure with a little pause. */
function hammer(ask: (id: string) => Promise<unknown>, name: string): { readonly asked: Asked[]; stop(): Promise<void> } {
  const asked: Asked[] = [];
  let going = true;
  const loop = async (): Promise<void> => {
    for (let count = 0; going; count += 1) {
      const id = `${name}-${count}`;
      const began = performance.now();
      const error = await ask(id).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      asked.push({ id, error, ms: performance.now() - began });
      if (error !== undefined) await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const done = loop();
  return {
    asked,
    stop: () => {
      going = false;
      return done;
    },
  };
}

async function until(done: () => boolean): Promise<void> {
  for (const end = performance.now() + 10_000; !done(); ) {
    if (performance.now() > end) throw new Error('It did not come to pass within 10 s');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const kinds: Readonly<Record<string, (id: string) => Promise<unknown>>> = {
  keys: (id) => store.keys.create('a', key(id)),
  rows: (id) => dbOf(store, 'a').insertInto('people').values({ id, name: id }).execute(),
  units: (id) =>
    txOf(store, 'b', async (unit) => {
      await unit.db.insertInto('people').values({ id, name: id }).execute();
      await unit.db.insertInto('projects').values({ id, name: id }).execute();
    }),
  reads: () => dbOf(store, 'b').selectFrom('people').select('id').limit(5).execute(),
  'look-ups': async (id) => store.keys.findByHash(hashOf(id)),
  limits: (id) =>
    store.ledger.shared ? store.ledger.cut([{ bucket: { key: id, limit: 5, periodSeconds: 9 }, calls: 1, least: 1 }]) : Promise.reject(new Error()),
};

test.each(['SIGINT', 'SIGQUIT'] as const)(
  'a database that is ended by %s under load and started again: nothing acknowledged is lost, everything between is told to come again, and all goes on',
  { timeout: 40_000 },
  async (signal) => {
    store = await openPostgresStore({ url, tables });
    for (const id of ['a', 'b']) await store.tenants.create(tenant(id));
    const loops = Object.entries(kinds).flatMap(([name, ask]) => [hammer(ask, `${name}-x`), hammer(ask, `${name}-y`)]);
    await until(() => loops.every(({ asked }) => asked.length >= 20));
    await server.stop(signal);
    await until(() => loops.every(({ asked }) => asked.some(({ error }) => error !== undefined)));
    expect(store.changes.current(0)).toBe(false);
    await server.start();
    const settled = loops.map(({ asked }) => asked.length);
    await until(() => loops.every(({ asked }, index) => asked.slice(settled[index]).filter(({ error }) => error === undefined).length >= 20));
    await until(() => store.changes.current(0));
    await Promise.all(loops.map((loop) => loop.stop()));

    const all = loops.flatMap(({ asked }) => asked);
    const surprises = all.filter(({ error }) => error !== undefined && !(error instanceof UnavailableError));
    expect(surprises).toEqual([]);
    expect(Math.max(...all.map(({ ms }) => ms))).toBeLessThan(LONGEST_MS);

    const done = (name: string) => all.filter(({ id, error }) => error === undefined && id.startsWith(name)).map(({ id }) => id);
    const people = async (of: string) => new Set((await dbOf(store, of).selectFrom('people').select('id').execute()).map(({ id }) => id));
    const keys = new Set((await store.keys.list('a', {})).map(({ id }) => id));
    const projects = new Set((await dbOf(store, 'b').selectFrom('projects').select('id').execute()).map(({ id }) => id));
    expect(done('keys').filter((id) => !keys.has(id))).toEqual([]);
    const [rows, units] = [await people('a'), await people('b')];
    expect(done('rows').filter((id) => !rows.has(id))).toEqual([]);
    expect(done('units').filter((id) => !units.has(id))).toEqual([]);
    expect(projects).toEqual(units);
  },
);

test('a connection that goes silent in the middle of a statement ends by time-out, whatever was asked; afterwards all is well', {
  timeout: 40_000,
}, async () => {
  const way = await TcpProxy.before(url);
  try {
    store = await openPostgresStore({ url: way.url, tables, statementSeconds: 1, txSeconds: 1 });
    await store.tenants.create(tenant('a'));
    await Promise.all(Array.from({ length: 4 }, () => store.tenants.list()));
    let went = (): void => {};
    const silent = new Promise<void>((resolve) => {
      went = resolve;
    });
    const unit = txOf(store, 'a', async ({ db }) => {
      await db.insertInto('people').values({ id: '1', name: 'P' }).execute();
      await silent;
      await db.insertInto('people').values({ id: '2', name: 'P' }).execute();
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    way.proxy.goSilent();
    went();
    const began = performance.now();
    const outcomes = await Promise.allSettled([unit, ...Object.values(kinds).map((ask) => ask('x')), store.ping()]);
    expect(outcomes.map(({ status }) => status)).toEqual(outcomes.map(() => 'rejected'));
    const [first, ...rest] = outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason : undefined) as unknown);
    expect(first).toMatchObject({ failure: { code: 'timed_out' } });
    for (const reason of rest) expect(reason).toBeInstanceOf(UnavailableError);
    expect(performance.now() - began).toBeLessThan(LONGEST_MS);

    way.proxy.comeBack();
    const loop = hammer(async () => dbOf(store, 'a').selectFrom('people').select('id').execute(), 'read');
    await until(() => loop.asked.some(({ error }) => error === undefined));
    await loop.stop();
    await store.ping();
    expect(await dbOf(store, 'a').selectFrom('people').select('id').execute()).toEqual([]);
  } finally {
    await store.close();
    await way.proxy.close();
  }
});

test('where the database cannot be reached, does not want the password or has no such name, nothing tells the password', async () => {
  const wrong = (change: (at: URL) => void): string => {
    const at = new URL(url);
    at.password = 'secret-password';
    change(at);
    return at.href;
  };
  const attempts = {
    unreachable: wrong((at) => {
      at.port = '1';
    }),
    refused: wrong(() => undefined),
    'not there': wrong((at) => {
      at.password = new URL(url).password;
      at.pathname = '/nowhere';
    }),
    'no URL': 'postgres://user:secret-password@[::',
  };
  for (const [name, attempt] of Object.entries(attempts)) {
    const error: unknown = await Session.open({ url: attempt }).catch((reason: unknown) => reason);
    expect(error, name).toBeInstanceOf(Error);
    expect(inspect(error, { depth: 20, showHidden: true }), name).not.toContain('secret-password');
    expect(inspect(error, { depth: 20, showHidden: true }), name).not.toContain(new URL(url).password);
    expect(error instanceof UnavailableError, name).toBe(name === 'unreachable');
  }
});
