// A transaction under row-level security against the same statements in the same transaction without policies, on one
// database whose policies are switched off and on again between the rounds.
import { col, tenantTable } from 'gatehouse';
import pg from 'pg';
import { openPostgresStore } from '../packages/server/dist/store/postgres/index.js';
import { postgresWith } from './lib/postgres.mjs';
import { median, span, table } from './lib/report.mjs';

const rounds = Number(process.env.ROUNDS ?? 15);
const transactions = Number(process.env.TRANSACTIONS ?? 400);
const bound = 1.3;

const projects = tenantTable('projects', { columns: { id: col.uuid(), name: col.text() } });
const tickets = tenantTable('tickets', {
  columns: { id: col.uuid(), project_id: col.uuid(), title: col.text(), state: col.text(), number: col.integer() },
  unique: [['number']],
  indexes: [['state', 'number']],
  references: { project_id: { table: 'projects', onDelete: 'cascade' } },
});

const shapes = {
  'one row by id': (db, n) => [
    db
      .selectFrom('tickets')
      .selectAll()
      .where('id', '=', `t${n % 1000}`)
      .execute(),
  ],
  'ten rows by id, a list of 20, a join': (db, n) => [
    ...Array.from({ length: 10 }, (_, i) =>
      db
        .selectFrom('tickets')
        .selectAll()
        .where('id', '=', `t${(n * 7 + i) % 1000}`)
        .execute(),
    ),
    db.selectFrom('tickets').selectAll().where('state', '=', 'open').orderBy('number').limit(20).execute(),
    db.selectFrom('tickets').innerJoin('projects', 'projects.id', 'tickets.project_id').select(['tickets.id', 'projects.name']).limit(20).execute(),
  ],
  'a read and an update': (db, n) => [
    db
      .selectFrom('tickets')
      .select('title')
      .where('id', '=', `t${n % 1000}`)
      .execute(),
    db
      .updateTable('tickets')
      .set({ title: `title ${n}` })
      .where('id', '=', `t${n % 1000}`)
      .execute(),
  ],
};

const server = await postgresWith([projects, tickets]);
const admin = new pg.Client({ connectionString: server.adminUrl });
await admin.connect();
const store = await openPostgresStore({ url: server.url, tables: [projects, tickets] });
try {
  await fill();
  const report = table(`Wall time of one transaction at a time, with policies / without; median of ${rounds} interleaved rounds of ${transactions}`, [
    'transaction',
    'ratio',
    'least–most',
    'bound',
    'without µs',
    'with µs',
  ]);
  for (const [name, statements] of Object.entries(shapes)) {
    const { ratio, ratios, base, candidate } = await compare(statements);
    report.row([name, ratio.toFixed(2), span(ratios), `≤ ${bound}`, base.toFixed(0), candidate.toFixed(0)], ratio <= bound);
  }
  report.done();
} finally {
  await store.close();
  await admin.end();
  await server.close();
}

/** A hundred tenants with a thousand tickets each. */
async function fill() {
  await admin.query(`insert into projects (tenant_id, id, name) select 'tenant-' || n, 'p', 'project' from generate_series(1, 100) n`);
  await admin.query(`insert into tickets (tenant_id, id, project_id, title, state, number)
    select 'tenant-' || n, 't' || i, 'p', 'title ' || i, case when i % 3 = 0 then 'open' else 'done' end, i
    from generate_series(1, 100) n, generate_series(0, 999) i`);
  await admin.query('analyze');
}

async function policies(on) {
  for (const { name } of [projects, tickets]) await admin.query(`alter table "${name}" ${on ? 'enable' : 'disable'} row level security`);
}

async function compare(statements) {
  const ratios = [];
  const costs = { base: [], candidate: [] };
  for (let round = 0; round < rounds; round += 1) {
    const taken = new Map();
    for (const on of round % 2 === 0 ? [false, true] : [true, false]) taken.set(on, await slice(on, statements));
    costs.base.push(taken.get(false));
    costs.candidate.push(taken.get(true));
    ratios.push(taken.get(true) / taken.get(false));
  }
  return { ratio: median(ratios), ratios, base: median(costs.base), candidate: median(costs.candidate) };
}

async function slice(on, statements) {
  await policies(on);
  await run(40, statements);
  const before = performance.now();
  await run(transactions, statements);
  return ((performance.now() - before) * 1000) / transactions;
}

async function run(count, statements) {
  for (let n = 0; n < count; n += 1) await store.tx(`tenant-${(n % 100) + 1}`, ({ db }) => Promise.all(statements(db, n)));
}
