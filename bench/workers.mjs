// Two workers on two cores against one: calls a second of the whole program, `gatehouse start --workers N`, on one PostgreSQL.
// The load generator shares the cores: it sends eight requests at a time down each connection, so that it costs little.
import { fork, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { freePort } from '../scripts/lib/free-port.mjs';
import { requests } from './lib/mcp.mjs';
import { postgresWith } from './lib/postgres.mjs';
import { median, span, table } from './lib/report.mjs';
import { ROOT_SECRET } from './lib/root-secret.mjs';

const rounds = Number(process.env.ROUNDS ?? 9);
const seconds = Number(process.env.SECONDS ?? 1.5);
const bound = 1.7;
const program = fileURLToPath(new URL('../packages/server/bin/gatehouse.mjs', import.meta.url));
const platform = fileURLToPath(new URL('servers/echo-platform.mjs', import.meta.url));
const { body, headers } = requests.call2025;

const server = await postgresWith([]);
const env = { ...process.env, GATEHOUSE_SECRET: ROOT_SECRET, GATEHOUSE_DATABASE: server.url };
const client = fork(fileURLToPath(new URL('lib/client.mjs', import.meta.url)));
const closing = [() => client.disconnect(), () => server.close()];
try {
  const { raw_key: key } = JSON.parse(await command(['key', 'create', '--user', 'bench@example.com', '--name', 'bench', '--platform', platform, '--json']));
  const report = table(`Warm tools/call, 2025-11-25, calls a second; two workers / one; median of ${rounds} interleaved rounds of ${seconds} s`, [
    'workload',
    'ratio',
    'least–most',
    'bound',
    'one worker /s',
    'two workers /s',
  ]);
  const programs = [await serve(1), await serve(2)];
  closing.unshift(...programs.map((program) => program.stop));
  for (const { url } of programs) await load(url, key, 4);
  const taken = { one: [], two: [], ratios: [] };
  for (let round = 0; round < rounds; round += 1) {
    const now = new Map();
    for (const program of round % 2 === 0 ? programs : [...programs].reverse()) now.set(program, await load(program.url, key, seconds));
    const [one, two] = programs.map((program) => now.get(program));
    taken.one.push(one);
    taken.two.push(two);
    taken.ratios.push(two / one);
  }
  const ratio = median(taken.ratios);
  report.row(['tools/call', ratio.toFixed(2), span(taken.ratios), `≥ ${bound}`, median(taken.one).toFixed(0), median(taken.two).toFixed(0)], ratio >= bound);
  report.done();
} finally {
  for (const close of closing) await close();
}

/** The program with so many workers. It idles while the other one is measured. */
async function serve(workers) {
  const port = await freePort();
  const child = spawn(process.execPath, [program, 'start', platform, '--port', String(port), '--workers', String(workers)], { env, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const url = `http://127.0.0.1:${port}`;
  await up(url);
  return {
    url,
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

async function load(url, key, duration) {
  const sent = { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers, authorization: `Bearer ${key}` };
  client.send({ url: `${url}/mcp`, body, headers: sent, connections: 32, seconds: duration, depth: 8 });
  const { count, bad } = await new Promise((resolve) => client.once('message', resolve));
  if (bad > 0) throw new Error(`${bad} answers were not 2xx`);
  return count / duration;
}

async function up(url) {
  for (const end = performance.now() + 20_000; performance.now() < end; ) {
    const answer = await fetch(`${url}/api/v1/health`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('The server did not come up');
}

function command(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => (text += chunk));
    child.once('close', (code) => (code === 0 ? resolve(text) : reject(new Error(`gatehouse ${args.join(' ')} ended with ${code}`))));
  });
}
