// What a crash left in the database itself.
import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Looks at a copy: to open the file itself would mend it. */
export async function compareSqlite(folder, faults) {
  const { loadDriver } = await import('../../../packages/server/dist/store/sqlite/load-driver.js');
  const open = await loadDriver();
  const copy = join(folder, '..', 'copy');
  mkdirSync(copy);
  try {
    const names = readdirSync(folder).filter((name) => name.startsWith('gatehouse.db'));
    for (const name of names) copyFileSync(join(folder, name), join(copy, name));
    const database = open(join(copy, 'gatehouse.db'), false);
    for (const pragma of ['integrity_check', 'foreign_key_check']) {
      const rows = database.prepare(`pragma ${pragma}`).all([]);
      const fine = rows.length === 0 || rows[0].integrity_check === 'ok';
      if (!fine) faults.push(`${pragma}: ${JSON.stringify(rows.slice(0, 3))}`);
    }
    database.close();
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Nothing of a killed server goes on in the database: no transaction is open that nobody will end. */
export async function comparePostgres(adminUrl, faults) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const old = "select pid, state, query from pg_stat_activity where xact_start < now() - interval '10 seconds' and backend_type = 'client backend'";
    for (const sql of [old, 'select gid from pg_prepared_xacts']) {
      const { rows } = await client.query(sql);
      if (rows.length > 0) faults.push(`left behind: ${JSON.stringify(rows.slice(0, 3))}`);
    }
  } finally {
    await client.end();
  }
}
