// Where a server under proof keeps its data: a folder, or a PostgreSQL of its own.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { startPostgres } from '../../lib/postgres.mjs';

/**
 * @param {{ database: 'sqlite' | 'postgres', folder: string, tables: readonly unknown[], durable: boolean }} options `tables`: of the platform
 * @returns {Promise<{ args: string[], environment: Record<string, string>, postgres?: object, close(): Promise<void> }>} what `gatehouse start` is to be given
 */
export async function makePlace({ database, folder, tables, durable }) {
  if (database === 'sqlite') return { environment: {}, args: ['--data', join(folder, 'data')], close: async () => undefined };
  const postgres = await startPostgres({ durable });
  try {
    const { migratePostgres } = await import('../../../packages/server/dist/store/postgres/migrate.js');
    const { url } = await migratePostgres({ adminUrl: postgres.adminUrl, tables, now: Date.now });
    return { environment: { GATEHOUSE_SECRET: randomBytes(32).toString('hex'), GATEHOUSE_DATABASE: url }, args: [], postgres, close: () => postgres.close() };
  } catch (error) {
    await postgres.close();
    throw error;
  }
}
