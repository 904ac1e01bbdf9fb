// Databases with many keys in them: one real key, again and again with other ids and hashes, as keys that have been in use.
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createLogger, definePlatform, openGatehouse, readConfig } from 'gatehouse';
import { loadDriver } from '../../packages/server/dist/store/sqlite/load-driver.js';
import { ROOT_SECRET } from './root-secret.mjs';

export const platform = definePlatform({
  name: 'bench',
  version: '1.0.0',
  scopes: ['things:read'],
  keys: { prefix: 'ben_', checksum: false, whenNoScopes: 'none', displayLength: 8 },
  tables: [],
  operations: [],
});

/** The nth raw key. Whoever knows the number can present it. */
export function rawKey(n) {
  return `ben_${createHash('sha256').update(`key ${n}`).digest('hex')}`;
}

export function hashOf(raw) {
  return createHash('sha256').update(raw).digest('hex');
}

/** The platform on a database: `{ file }` or `{ url }`. */
export function open(database) {
  return openGatehouse({
    platform,
    config: readConfig({ port: '0' }, {}, []),
    logger: createLogger({ level: 'silent', pretty: false }),
    database,
    rootSecret: ROOT_SECRET,
  });
}

/** Makes keys 0 to `count` - 1 in a SQLite file, which has its folder for itself. */
export async function fillSqlite(file, count) {
  mkdirSync(dirname(file));
  await mintOne({ file });
  const driver = (await loadDriver())(file, false);
  const columns = driver
    .prepare(`select name from pragma_table_info('gatehouse_keys')`)
    .all([])
    .map(({ name }) => name)
    .filter((name) => !['id', 'hash', 'last_used_at'].includes(name));
  const list = columns.map((name) => `"${name}"`).join(', ');
  const copy = driver.prepare(`insert into gatehouse_keys (id, hash, last_used_at, ${list}) select ?, ?, 1, ${list} from gatehouse_keys limit 1`);
  driver.exec('begin');
  for (let n = 0; n < count; n += 1) copy.run([`copy-${n}`, hashOf(rawKey(n))]);
  driver.exec('commit');
  driver.exec('pragma wal_checkpoint(truncate)');
  driver.close();
}

/** The same on PostgreSQL, by the administrator. */
export async function fillPostgres(url, admin, count) {
  await mintOne({ url });
  const { rows } = await admin.query(
    `select column_name from information_schema.columns where table_name = 'gatehouse_keys' and is_identity = 'NO' and column_name not in ('id', 'hash', 'last_used_at')`,
  );
  const list = rows.map((row) => `"${row.column_name}"`).join(', ');
  await admin.query(
    `insert into gatehouse_keys (id, hash, last_used_at, ${list})
     select 'copy-' || n, encode(sha256(('ben_' || encode(sha256(('key ' || n)::bytea), 'hex'))::bytea), 'hex'), 1, ${list}
     from (select * from gatehouse_keys limit 1) as one, generate_series(0, $1::int - 1) as n`,
    [count],
  );
  await admin.query('vacuum analyze gatehouse_keys');
}

async function mintOne(database) {
  const app = await open(database);
  const user = await app.users.create('bench@example.com');
  await app.keys.mint({ tenant: user.homeTenant, user: user.id, name: 'bench', scopes: ['things:read'], createdBy: 'cli' });
  await app.close();
}
