// A PostgreSQL server for a measurement, with a migrated database in it.
import { migratePostgres } from '../../packages/server/dist/store/postgres/migrate.js';
import { startPostgres } from '../../scripts/lib/postgres.mjs';

/** Waits for the disk like one in production, and has the memory of one. Close it. */
export async function postgresWith(tables) {
  const server = await startPostgres({ settings: { shared_buffers: '512MB' } });
  try {
    const { url } = await migratePostgres({ adminUrl: server.adminUrl, tables, now: Date.now });
    return { ...server, url };
  } catch (error) {
    await server.close();
    throw error;
  }
}
