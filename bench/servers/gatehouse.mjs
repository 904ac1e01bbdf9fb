// Gatehouse as it is shipped: a platform with TOOLS tools, or the one that PLATFORM names, on a SQLite file, or on DATABASE_URL; a real key, every check on.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
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

/** A session, and an OAuth token, of somebody in a tenant of their own. */
async function otherCredentials(email, audience) {
  const { id, homeTenant: tenant } = await gatehouse.users.create(email);
  const session = await gatehouse.sessions.mint({ tenant, user: id, createdBy: 'cli' });
  const { clients, grants, tokens } = gatehouse.store;
  const [token, client, at] = [`gha_${randomBytes(32).toString('base64url')}`, 'bench', Date.now()];
  await clients.keep({ id: client, kind: 'made', metadata: '{}', secretHash: null, createdAt: at, expiresAt: null });
  const grant = {
    id: randomUUID(),
    tenant,
    user: id,
    client,
    clientName: client,
    clientHost: null,
    scopes: ['*'],
    createdAt: at,
    lastUsedAt: null,
    revokedAt: null,
  };
  await grants.create(tenant, grant);
  const hash = createHash('sha256').update(token).digest('hex');
  const of = { tenant, client, grant: grant.id, key: null, scopes: ['*'], audience, createdAt: at, expiresAt: at + 3_600_000 };
  await tokens.createAccess({ id: randomUUID(), hash, ...of });
  return { session: { authorization: `Bearer ${session.token}` }, token: { authorization: `Bearer ${token}` } };
}

const headers = await headersOf('bench@example.com');
const url = `${await gatehouse.listen()}/mcp`;
announce({ url, headers, others: await headersOf('other@example.com'), credentials: { key: headers, ...(await otherCredentials('person@example.com', url)) } });
