import type { TableDef } from '../../domain/tables.js';
import { sqliteDdl } from '../sql/ddl-sqlite.js';
import { declarationOf, planTables } from '../sql/evolve.js';
import type { Connection } from './connection.js';
import { foundation } from './migrations/0001-foundation.js';
import { canary } from './migrations/0002-canary.js';
import { idempotency } from './migrations/0003-idempotency.js';
import { departures } from './migrations/0004-departures.js';
import { sessions } from './migrations/0005-sessions.js';
import { oauth } from './migrations/0006-oauth.js';
import { jobs } from './migrations/0007-jobs.js';
import { search } from './migrations/0008-search.js';
import { memberships } from './migrations/0009-memberships.js';
import { publicIds } from './migrations/0010-public-ids.js';
import { keyHeads } from './migrations/0011-key-heads.js';
import { goodKeys } from './migrations/0012-good-keys.js';

/** Forward only: an entry is never changed once it has been released, and new ones go to the end. */
export const migrations: readonly string[] = [
  foundation,
  canary,
  idempotency,
  departures,
  sessions,
  oauth,
  jobs,
  search,
  memberships,
  publicIds,
  keyHeads,
  goodKeys,
];

/** Brings Gatehouse's own tables, then the declared ones, to what this version needs; all of it or nothing. */
export function migrate(writer: Connection, tables: readonly TableDef[], now: () => number): void {
  writer.run('begin immediate');
  try {
    migrateOwn(writer, now);
    migrateDeclared(writer, tables);
    writer.run('commit');
  } finally {
    writer.rollback();
  }
}

function migrateOwn(writer: Connection, now: () => number): void {
  writer.exec('create table if not exists gatehouse_migrations (version integer primary key, applied_at integer not null) strict');
  const at = Number(writer.get('select coalesce(max(version), 0) as version from gatehouse_migrations')?.version);
  if (at > migrations.length) {
    throw new Error(`The database is of a newer Gatehouse (schema ${at}, this one knows ${migrations.length}): start that version`);
  }
  migrations.slice(at).forEach((sql, index) => {
    writer.exec(sql);
    writer.run('insert into gatehouse_migrations (version, applied_at) values (?, ?)', at + index + 1, now());
  });
}

function migrateDeclared(writer: Connection, tables: readonly TableDef[]): void {
  const stored = new Map(writer.all('select name, declaration from gatehouse_tables').map((row) => [String(row.name), String(row.declaration)]));
  for (const step of planTables(stored, tables)) {
    for (const sql of sqliteDdl(step)) writer.exec(sql);
  }
  for (const table of tables) {
    writer.run(
      'insert into gatehouse_tables (name, declaration) values (?, ?) on conflict (name) do update set declaration = excluded.declaration',
      table.name,
      declarationOf(table),
    );
  }
}
