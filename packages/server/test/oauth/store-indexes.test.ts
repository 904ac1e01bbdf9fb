import { expect, it } from 'vitest';
import { databaseKind } from '../../../../test/support/app-database.js';
import { SqlArtifacts } from '../../src/store/sql/artifacts.js';
import { SqlClients } from '../../src/store/sql/clients.js';
import { SqlGrants } from '../../src/store/sql/grants.js';
import { SqlLinks } from '../../src/store/sql/links.js';
import type { LookUps, RunRows } from '../../src/store/sql/own-tables.js';
import { SqlSigningKeys } from '../../src/store/sql/signing-keys.js';
import { SqlTokens } from '../../src/store/sql/tokens.js';
import { access, grant, refresh, useStoreOfKind } from './store-of-kind.js';

const bench = useStoreOfKind();

/** Every statement of these stores, as SQLite is given them, but for the values. */
async function statements(): Promise<ReadonlySet<string>> {
  const said = new Set<string>();
  const run: RunRows = async (sql) => {
    said.add(sql);
    return [];
  };
  const lookUps: LookUps = (select, column) => async () => void said.add(`${select} where ${column} = 'x'`);
  const together = <T>(_: string, work: () => Promise<T>): Promise<T> => work();
  const parts = { read: run, write: run, inTurn: (_: string, sql: string) => run(sql, [], ''), lookUps, together, touch: async () => {} };
  const place = (): string => "'x'";
  const clients = new SqlClients(parts, place);
  const client = { id: 'c', kind: 'registered', metadata: '{}', secretHash: null, createdAt: 1, expiresAt: 2 } as const;
  for (const one of [client, { ...client, kind: 'document', expiresAt: null } as const]) await Promise.all([clients.register(one, 1), clients.keep(one)]);
  await Promise.all([clients.list(), clients.remove('c', 1)]);
  const grants = new SqlGrants(parts, place);
  await Promise.all([grants.create('a', grant('g')), grants.find('g'), grants.list('u'), grants.revoke('u', 'g', 1), grants.revokeClient('u', 'c', 1)]);
  await Promise.all([grants.createByHand('a', grant('h'), 1), grants.forget(1)]);
  const tokens = new SqlTokens(parts, place);
  await Promise.all([
    tokens.createAccess(access('t')),
    tokens.findByHash('t'),
    tokens.revoke('t', 'c', 1),
    tokens.createRefresh(refresh('r')),
    tokens.forget(1),
  ]);
  await Promise.all([tokens.findRefresh('r'), tokens.replaceRefresh('r', refresh('r2'), 1)]);
  const artifacts = new SqlArtifacts(parts, place);
  await artifacts.put({ kind: 'k', hash: 'h', payload: '{}', handle: null, grant: null, expiresAt: 1, consumedAt: null });
  await Promise.all([
    artifacts.find('k', 'h'),
    artifacts.findByHandle('k', 'x'),
    artifacts.consume('k', 'h', 1),
    artifacts.remove('k', 'h'),
    artifacts.forget(1),
  ]);
  const links = new SqlLinks(parts, place);
  await Promise.all([links.create({ hash: 'h', email: 'e', next: null, expiresAt: 1 }), links.find('h'), links.redeem('h', 1), links.forget(1)]);
  await new SqlSigningKeys(parts, place).list();
  return said;
}

it.runIf(databaseKind() === 'sqlite')('every look-up goes by an index, and a token’s is five of them in one statement', async () => {
  const said = [...(await statements())];
  expect(said.length).toBeGreaterThan(30);
  const plans = await Promise.all(said.map(async (sql) => (await bench.raw(`explain query plan ${sql}`)).map(({ detail }) => String(detail))));
  const scans = plans.flatMap((plan, n) => plan.filter((step) => /^SCAN (?!CONSTANT|.* USING)/.test(step)).map((step) => `${step}: ${said[n]}`));
  expect(scans).toEqual([]);
  const [token] = plans.filter((_, n) => said[n]?.includes('from gatehouse_access_tokens t') === true);
  expect(token?.map((step) => step.replace(/ LEFT-JOIN$/, ''))).toEqual([
    'SEARCH t USING INDEX sqlite_autoindex_gatehouse_access_tokens_1 (hash=?)',
    'SEARCH n USING INDEX sqlite_autoindex_gatehouse_tenants_1 (id=?)',
    'SEARCH g USING INDEX sqlite_autoindex_gatehouse_grants_1 (id=?)',
    'SEARCH k USING INDEX sqlite_autoindex_gatehouse_keys_1 (id=?)',
    'SEARCH m USING INDEX sqlite_autoindex_gatehouse_members_1 (tenant_id=? AND user_id=?)',
  ]);
});
