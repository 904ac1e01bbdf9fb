// Keys that no cache knows, 64 at once: Gatehouse's whole authentication against better-auth's verifyApiKey, on one PostgreSQL.
import { createHash, randomBytes } from 'node:crypto';
import { apiKey } from '@better-auth/api-key';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { createLogger, definePlatform, openGatehouse, readConfig } from 'gatehouse';
import pg from 'pg';
import { postgresWith } from './lib/postgres.mjs';
import { median, table } from './lib/report.mjs';

const rounds = Number(process.env.ROUNDS ?? 9);
const atOnce = 64;
const batches = 16;
const ofPeer = 4;
const bound = 50;

const platform = definePlatform({
  name: 'bench',
  version: '1.0.0',
  scopes: ['things:read'],
  keys: { prefix: 'ben_', checksum: false, whenNoScopes: 'none', displayLength: 8 },
  tables: [],
  operations: [],
});

const server = await postgresWith([]);
const admin = new pg.Client({ connectionString: server.adminUrl });
await admin.connect();
const closing = [() => admin.end(), () => server.close()];
try {
  const ours = await gatehouse();
  const peer = await betterAuthOn(server.adminUrl);
  const report = table(
    `Wall time of one verification, ${atOnce} at once, each key for the first time; better-auth / gatehouse; median of ${rounds} interleaved rounds`,
    ['peer', 'times faster', 'least–most', 'bound', 'better-auth µs', 'gatehouse µs'],
  );
  const taken = { ours: [], peer: [], ratios: [] };
  await ours(batches);
  await peer(ofPeer);
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? ['ours', 'peer'] : ['peer', 'ours'];
    const now = {};
    for (const who of order) now[who] = who === 'ours' ? await ours(batches) : await peer(ofPeer);
    taken.ours.push(now.ours);
    taken.peer.push(now.peer);
    taken.ratios.push(now.peer / now.ours);
  }
  const ratio = median(taken.ratios);
  const span = `${Math.min(...taken.ratios).toFixed(0)}–${Math.max(...taken.ratios).toFixed(0)}`;
  report.row(['verifyApiKey', ratio.toFixed(0), span, `≥ ${bound}`, median(taken.peer).toFixed(0), median(taken.ours).toFixed(1)], ratio >= bound);
  report.done();
} finally {
  for (const close of closing) await close();
}

/** Answers how many microseconds one verification took. */
async function timed(count, verify) {
  const before = performance.now();
  for (let batch = 0; batch < count; batch += 1) await Promise.all(Array.from({ length: atOnce }, verify));
  return ((performance.now() - before) * 1000) / (count * atOnce);
}

async function gatehouse() {
  const app = await openGatehouse({
    platform,
    config: readConfig({ port: '0' }, {}, []),
    logger: createLogger({ level: 'silent', pretty: false }),
    database: { url: server.url },
    rootSecret: 'a root secret that is only for measuring',
  });
  closing.unshift(() => app.close());
  const user = await app.users.create('bench@example.com');
  await app.keys.mint({ tenant: user.homeTenant, user: user.id, name: 'bench', scopes: ['things:read'], createdBy: 'cli' });
  const raw = Array.from({ length: (rounds + 2) * batches * atOnce }, () => `ben_${randomBytes(32).toString('hex')}`);
  await copyKeys(raw);
  let next = 0;
  return (count) =>
    timed(count, async () => {
      const key = raw[next];
      next += 1;
      const admission = await app.authenticate({ headers: { authorization: `Bearer ${key}` }, address: '127.0.0.1' });
      if (!admission.ok) throw new Error(JSON.stringify(admission));
    });
}

/** The one key again and again, with other ids and hashes. */
async function copyKeys(raw) {
  const { rows } = await admin.query(
    `select column_name from information_schema.columns where table_name = 'gatehouse_keys' and is_identity = 'NO' and column_name not in ('id', 'hash')`,
  );
  const columns = rows.map((row) => `"${row.column_name}"`).join(', ');
  const hashes = raw.map((key) => createHash('sha256').update(key).digest('hex'));
  await admin.query(
    `insert into gatehouse_keys (id, hash, ${columns}) select 'copy-' || copies.n, copies.hash, ${columns}
     from gatehouse_keys, unnest($1::text[]) with ordinality as copies (hash, n)`,
    [hashes],
  );
  await admin.query('analyze gatehouse_keys');
}

/** As it comes, but for its default of ten calls a day, which is raised so that it does not refuse. */
async function betterAuthOn(adminUrl) {
  await admin.query('create database peer');
  const pool = new pg.Pool({ connectionString: adminUrl.replace(/\/postgres$/, '/peer'), max: 10 });
  closing.unshift(() => pool.end());
  const auth = betterAuth({
    database: pool,
    secret: 'x'.repeat(40),
    baseURL: 'http://localhost:3000',
    logger: { disabled: true },
    telemetry: { enabled: false },
    plugins: [apiKey({})],
  });
  await (await getMigrations(auth.options)).runMigrations();
  const context = await auth.$context;
  const user = await context.internalAdapter.createUser({ email: 'bench@example.com', name: 'bench', emailVerified: true });
  const made = [];
  for (let n = 0; n < (rounds + 2) * ofPeer * atOnce; n += atOnce) {
    const batch = Array.from({ length: atOnce }, () => auth.api.createApiKey({ body: { name: 'bench', userId: user.id, rateLimitMax: 1e9 } }));
    made.push(...(await Promise.all(batch)).map(({ key }) => key));
  }
  let next = 0;
  return (count) =>
    timed(count, async () => {
      const key = made[next];
      next += 1;
      const { valid } = await auth.api.verifyApiKey({ body: { key } });
      if (!valid) throw new Error('better-auth refused its own key');
    });
}
