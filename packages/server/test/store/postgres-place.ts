import pg from 'pg';
import { newDatabase } from '../../../../test/support/postgres.js';
import { openPostgresStore } from '../../src/store/postgres/index.js';
import { migratePostgres } from '../../src/store/postgres/migrate.js';
import type { NewPlace, Place } from './place.js';

export const newPostgresPlace: NewPlace = async (): Promise<Place> => {
  const database = await newDatabase();
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  let serving = '';
  return {
    async open({ tables = [], layers, ...opening }) {
      const { url } = await migratePostgres({ adminUrl: database.adminUrl, tables, now: () => 1_000 });
      serving = url ?? serving;
      // Whom row-level security does not hold, where it is off.
      const asked = layers?.database === false ? database.adminUrl : serving;
      return openPostgresStore({ url: asked, tables, now: () => 1_000, ...(layers && { layers }), ...opening });
    },
    async raw(sql) {
      const { rows } = await admin.query<Record<string, unknown>>(sql);
      return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, numeric(value)])));
    },
    async remove() {
      await admin.end();
      await database.drop();
    },
  };
};

/** The driver gives `bigint` as text. */
function numeric(value: unknown): unknown {
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
}
