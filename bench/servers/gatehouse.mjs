// Gatehouse as it is shipped: a platform with TOOLS tools, or the one that PLATFORM names, on a SQLite file, or on DATABASE_URL; a real key, every check on.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, openGatehouse, readConfig } from 'gatehouse';
import { announce } from './announce.mjs';

const { default: platform } = await import(`./${process.env.PLATFORM ?? 'echo-platform'}.mjs`);
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const gatehouse = await openGatehouse({
  platform,
  config: readConfig({ port: '0', data: folder }, {}, []),
  logger: createLogger({ level: process.env.LOG_LEVEL ?? 'info', pretty: false }),
  database: process.env.DATABASE_URL === undefined ? { file: join(folder, 'gatehouse.db') } : { url: process.env.DATABASE_URL },
  rootSecret: 'a root secret that is only for measuring',
});

/** Each in a tenant of their own. */
async function headersOf(email) {
  const user = await gatehouse.users.create(email);
  const { raw } = await gatehouse.keys.mint({ tenant: user.homeTenant, user: user.id, name: 'bench', scopes: ['*'], createdBy: 'cli' });
  return { authorization: `Bearer ${raw}` };
}

const headers = await headersOf('bench@example.com');
announce({ url: `${await gatehouse.listen()}/mcp`, headers, others: await headersOf('other@example.com') });
