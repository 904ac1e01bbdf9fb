// NeuralRepo with 10,000 ideas of one person: search by likeness and by keyword, another person's calls meanwhile, saving, duplicates; on both databases.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import neuralrepo from '@gatehouse/neuralrepo';
import pg from 'pg';
import { start } from './lib/compare.mjs';
import { texts } from './lib/neuralrepo-world.mjs';
import { postgresWith } from './lib/postgres.mjs';
import { table } from './lib/report.mjs';

const rounds = Number(process.env.ROUNDS ?? 5) * 40;
const WARM = 20;
const IDEAS = 10_000;
const SAVES = 20;
const all = texts(IDEAS);

const report = table(`Milliseconds of the server from request to answer, ${rounds} of each; ${IDEAS} ideas of one person, on two cores`, [
  'what',
  'database',
  'p99',
  'p95',
  'median',
  'bound',
]);
await measure('SQLite', {});
const database = await postgresWith(neuralrepo.tables);
try {
  await measure('PostgreSQL', { DATABASE_URL: database.url }, database.adminUrl);
} finally {
  await database.close();
}
report.done();

async function measure(name, where, adminUrl) {
  const server = await start('neuralrepo', { IDEAS: String(IDEAS), ...where });
  try {
    // The thread that compares vectors has the other core; it was pinned with the server.
    spawnSync('taskset', ['-apc', '0-1', String(server.pid)]);
    console.error(`${name}: filled in ${server.filledSeconds.toFixed(0)} s`);
    if (adminUrl !== undefined) await analyzed(adminUrl);
    await searches(server, name);
    await saving(server, name);
    await duplicates(server, name);
  } finally {
    server.stop();
  }
}

async function searches(server, name) {
  const began = performance.now();
  await search(server, 'semantic', 0);
  report.row(['the first search, which reads every vector', name, '', '', (performance.now() - began).toFixed(0), ''], true);
  for (const mode of ['semantic', 'keyword']) {
    const meanwhile = { over: false };
    await times(server);
    const others = callsOf(server, meanwhile);
    for (let n = 0; n < WARM + rounds; n += 1) await search(server, mode, n);
    meanwhile.over = true;
    await others;
    const taken = await times(server);
    const of = (part) => taken.filter(([path]) => path.includes(part)).map(([, ms]) => ms);
    row(`search, ${mode}`, name, { p95: 50 }, of('/search').slice(WARM));
    row(`another person’s call during ${mode} searches`, name, { p99: 10 }, of('/ideas/by-number').slice(WARM));
  }
}

/** Words that some ideas have, by likeness; one that many have, by keyword. */
async function search(server, mode, n) {
  const words = all[(n * 37) % IDEAS].title.split(' ');
  const q = mode === 'semantic' ? words.slice(0, 3).join(' ') : words[0];
  await call(server, 'GET', `/ideas/search?${new URLSearchParams({ q, mode })}`, server.big);
}

async function callsOf(server, meanwhile) {
  // A call now and then: a hundred a second.
  while (!meanwhile.over) {
    await call(server, 'GET', '/ideas/by-number?numbers=1,2,3', server.small);
    await new Promise((done) => setTimeout(done, 10));
  }
}

/** The same for who has 10,000 ideas as for who has a hundred. */
async function saving(server, name) {
  const medians = {};
  for (const who of ['small', 'big']) {
    await times(server);
    for (let n = 0; n < WARM + SAVES; n += 1) {
      await call(server, 'POST', '/ideas', server[who], { title: `${who} ${crypto.randomUUID()}`, body: all[n].body });
      await settled(server, server[who]);
    }
    const taken = (await times(server)).filter(([path]) => path === '/api/v1/ideas').map(([, ms]) => ms);
    medians[who] = row(`saving, ${who === 'big' ? `${IDEAS} ideas` : '100 ideas'}`, name, {}, taken.slice(WARM)).median;
  }
  const ratio = medians.big / medians.small;
  report.row(['saving, the one to the other', name, '', '', `${ratio.toFixed(2)}×`, 'median < 2×'], ratio < 2);
}

async function duplicates(server, name) {
  const taken = [];
  for (let n = 0; n < SAVES; n += 1) {
    const { title, body } = all[n * 101];
    const began = performance.now();
    const { id } = await call(server, 'POST', '/ideas', server.big, { title, body });
    for (;;) {
      const { duplicates: found } = await call(server, 'GET', '/ideas/duplicates?limit=100', server.big);
      if (found.some(({ idea_id }) => idea_id === id)) break;
      if (performance.now() - began > 30_000) throw new Error('A duplicate is not found');
      await new Promise((done) => setTimeout(done, 20));
    }
    taken.push(performance.now() - began);
  }
  row('from saving an idea to its duplicate in the list', name, { p95: 2000 }, taken);
}

/** Waits until what was asked for by the last call is done. */
async function settled(server, headers) {
  const { ideas } = await call(server, 'GET', '/ideas?limit=1', headers);
  if (ideas[0].processing) {
    await new Promise((done) => setTimeout(done, 20));
    await settled(server, headers);
  }
}

async function call({ url }, method, path, headers, body) {
  const typed = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(`${url}/api/v1${path}`, { method, headers: { ...headers, ...typed }, body: body === undefined ? null : JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text);
}

/** Of the requests since they were asked for. */
async function times(server) {
  server.child.send('times');
  const [{ times: taken }] = await once(server.child, 'message');
  return taken;
}

function row(what, database, bound, taken) {
  const sorted = taken.sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const found = { p99: at(0.99), p95: at(0.95), median: at(0.5) };
  const [[measure, limit] = []] = Object.entries(bound);
  const told = measure === undefined ? '' : `${measure} < ${limit}`;
  report.row([what, database, found.p99.toFixed(1), found.p95.toFixed(1), found.median.toFixed(1), told], measure === undefined || found[measure] < limit);
  return found;
}

/** What the database does by itself soon after so many rows have come. */
async function analyzed(adminUrl) {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  await client.query('vacuum analyze');
  await client.end();
}
