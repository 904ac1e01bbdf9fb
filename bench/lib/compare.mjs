// Interleaved A/B: in every round each server is loaded for a slice, in alternating order, and the ratio of the
// server's CPU time per request is taken within the round, so that a machine whose speed drifts does not matter.
import { fork, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median } from './report.mjs';

const servers = new URL('../servers/', import.meta.url);
/** Where the system can pin: the server on one core, the load on the other. */
const pins = process.platform === 'linux' && spawnSync('taskset', ['--version']).status === 0;

const client = fork(fileURLToPath(new URL('client.mjs', import.meta.url)));
client.unref();
client.channel.unref();
if (pins) spawnSync('taskset', ['-pc', '1', String(client.pid)]);

/** Starts `bench/servers/<name>.mjs`. */
export async function start(name, env = {}, execArgv = []) {
  const child = fork(fileURLToPath(new URL(`${name}.mjs`, servers)), {
    env: { ...process.env, ...env },
    execArgv,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const { ready } = await next(child);
  if (pins) spawnSync('taskset', ['-pc', '0', String(ready.pid)]);
  return { ...ready, name, child, stop: () => child.disconnect() };
}

/** One slice of load. Answers CPU microseconds of the server a request, and latencies in milliseconds. */
export async function load(server, { body, headers = {}, seconds, connections = 32 }) {
  const before = await cpu(server);
  client.send({
    url: server.url,
    body,
    connections,
    seconds,
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers, ...server.headers },
  });
  client.channel.ref();
  const { count, bad, p50, p99 } = await next(client);
  client.channel.unref();
  const used = (await cpu(server)) - before;
  if (bad > 0) throw new Error(`${server.name}: ${bad} of ${count} answers were not 2xx`);
  return { cpu: used / count, perSecond: count / seconds, p50, p99 };
}

/** The ratio candidate / base in each of `rounds`, and medians. */
export async function compare(base, candidate, { rounds, ...slice }) {
  for (const server of [base, candidate]) await load(server, slice);
  const ratios = [];
  const costs = { base: [], candidate: [] };
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? [base, candidate] : [candidate, base];
    const taken = new Map();
    for (const server of order) taken.set(server, await load(server, slice));
    const [a, b] = [taken.get(base).cpu, taken.get(candidate).cpu];
    costs.base.push(a);
    costs.candidate.push(b);
    ratios.push(b / a);
  }
  return { ratio: median(ratios), ratios, base: median(costs.base), candidate: median(costs.candidate) };
}

/** The heap after collection and what the system holds for the server, in bytes. It was started with `--expose-gc`. */
export async function weigh({ child }) {
  child.send('weight');
  return next(child);
}

async function cpu({ child }) {
  child.send('cpu');
  return (await next(child)).cpu;
}

function next(child) {
  return new Promise((settle, fail) => {
    const ended = (code) => fail(new Error(`the server ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      settle(message);
    });
  });
}
