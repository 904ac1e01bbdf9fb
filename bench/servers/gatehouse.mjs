// Gatehouse as it is shipped: a platform with TOOLS tools, or the one that PLATFORM names, on a SQLite file, or on DATABASE_URL; a real key, every check on.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { serve, someone } from './serve.mjs';

const { default: platform } = await import(`./${process.env.PLATFORM ?? 'echo-platform'}.mjs`);
const { open, ready } = serve(platform);
const gatehouse = await open();

/** The key, a session and an OAuth token of one person. */
async function credentialsOf({ tenant, user, headers }, audience) {
  const session = await gatehouse.sessions.mint({ tenant, user, createdBy: 'cli' });
  const { clients, grants, tokens } = gatehouse.store;
  const [token, client, at] = [`gha_${randomBytes(32).toString('base64url')}`, 'bench', Date.now()];
  await clients.keep({ id: client, kind: 'made', metadata: '{}', secretHash: null, createdAt: at, expiresAt: null });
  const grant = {
    id: randomUUID(),
    tenant,
    user,
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
  return { key: headers, session: { authorization: `Bearer ${session.token}` }, token: { authorization: `Bearer ${token}` } };
}

const bench = await someone(gatehouse, 'bench');
const other = await someone(gatehouse, 'other');
const url = `${await gatehouse.listen()}/mcp`;
ready(url, { headers: bench.headers, others: other.headers, credentials: await credentialsOf(bench, url) });
