// NeuralRepo with 10,000 ideas of one person: search by likeness and by keyword, another person's calls meanwhile, saving, duplicates; on both databases.
import { spawnSync } from 'node:child_process';
import neuralrepo from '@gatehouse/neuralrepo';
import { texts } from './lib/neuralrepo-world.mjs';
import { meanwhile, onEach, timesTable } from './lib/timed.mjs';

const rounds = Number(process.env.ROUNDS ?? 5) * 40;
const WARM = 20;
const IDEAS = Number(process.env.IDEAS ?? 10_000);
const SAVES = 20;
const all = texts(IDEAS);

const report = timesTable(`Milliseconds of the server from request to answer, ${rounds} of each; ${IDEAS} ideas of one person, on two cores`);
await onEach('neuralrepo', neuralrepo, { IDEAS: String(IDEAS) }, async (server, database) => {
  // The thread that compares vectors has the other core; it was pinned with the server.
  spawnSync('taskset', ['-apc', '0-1', String(server.pid)]);
  await searches(server, database);
  await saving(server, database);
  await duplicates(server, database);
});
report.done();

async function searches(server, name) {
  const began = performance.now();
  await search(server, 'semantic', 0);
  report.row(['the first search, which reads every vector', name, '', '', (performance.now() - began).toFixed(0), ''], true);
  for (const mode of ['semantic', 'keyword']) {
    const others = () => call(server, 'GET', '/ideas/by-number?numbers=1,2,3', server.small);
    await server.times();
    await meanwhile(others, async () => {
      for (let n = 0; n < WARM + rounds; n += 1) await search(server, mode, n);
    });
    const of = await server.times();
    report.times(`search, ${mode}`, name, { p95: 50 }, of('/search').slice(WARM));
    report.times(`another person’s call during ${mode} searches`, name, { p99: 10 }, of('/ideas/by-number').slice(WARM));
  }
}

/** Words that some ideas have, by likeness; one that many have, by keyword. */
async function search(server, mode, n) {
  const words = all[(n * 37) % IDEAS].title.split(' ');
  const q = mode === 'semantic' ? words.slice(0, 3).join(' ') : words[0];
  await call(server, 'GET', `/ideas/search?${new URLSearchParams({ q, mode })}`, server.big);
}

/** The same for who has 10,000 ideas as for who has a hundred. */
async function saving(server, name) {
  const medians = {};
  for (const who of ['small', 'big']) {
    await server.times();
    for (let n = 0; n < WARM + SAVES; n += 1) {
      await call(server, 'POST', '/ideas', server[who], { title: `${who} ${crypto.randomUUID()}`, body: all[n].body });
      await settled(server, server[who]);
    }
    const of = await server.times();
    medians[who] = report.times(`saving, ${who === 'big' ? IDEAS : 100} ideas`, name, {}, of('POST /api/v1/ideas').slice(WARM)).median;
  }
  const ratio = medians.big / medians.small;
  report.row(['saving, the one to the other', name, '', '', `${ratio.toFixed(2)}×`, 'median < 2×'], ratio < 2);
}

async function duplicates(server, name) {
  const taken = [];
  for (let n = 0; n < SAVES; n += 1) {
    const { title, body } = all[(n * 101) % IDEAS];
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
  report.times('from saving an idea to its duplicate in the list', name, { p95: 2000 }, taken);
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
