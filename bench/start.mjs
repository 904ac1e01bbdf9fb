// From the start of the program to its first authenticated answer, on a folder that has been in use.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../scripts/lib/free-port.mjs';
import { median, table } from './lib/report.mjs';

const rounds = Number(process.env.ROUNDS ?? 15);
const bound = 400;
const program = fileURLToPath(new URL('../packages/server/bin/gatehouse.mjs', import.meta.url));
const platform = fileURLToPath(new URL('servers/echo-platform.mjs', import.meta.url));
const body = JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'echo', arguments: { text: 'the first call' } } });

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
const env = { ...process.env, GATEHOUSE_SECRET: 'a root secret that is only for measuring' };
try {
  const made = spawn(
    process.execPath,
    [program, 'key', 'create', '--user', 'bench@example.com', '--name', 'bench', '--platform', platform, '--data', folder, '--json'],
    {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let text = '';
  made.stdout.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  await once(made, 'close');
  const { raw_key: key } = JSON.parse(text);
  const taken = [];
  for (let round = -2; round < rounds; round += 1) {
    const ms = await startOnce(key);
    if (round >= 0) taken.push(ms);
  }
  const report = table('Milliseconds from the start of the process to its first authenticated tools/call', [
    'median',
    'bound',
    'least–most',
    'Node alone, an empty program',
  ]);
  const at = median(taken);
  report.row([at.toFixed(0), `< ${bound}`, `${Math.min(...taken).toFixed(0)}–${Math.max(...taken).toFixed(0)}`, (await nodeAlone()).toFixed(0)], at < bound);
  report.done();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function startOnce(key) {
  const port = await freePort();
  const began = performance.now();
  const child = spawn(process.execPath, [program, 'start', platform, '--port', String(port), '--data', folder], { env, stdio: 'ignore' });
  try {
    while (performance.now() - began < 20_000) {
      if (await answered(port, key)) return performance.now() - began;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    throw new Error('The server did not come up');
  } finally {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}

function answered(port, key) {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  return new Promise((resolve) => {
    const call = request({ host: '127.0.0.1', port, path: '/mcp', method: 'POST', headers, agent: false }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode === 200));
    });
    call.once('error', () => resolve(false));
    call.end(body);
  });
}

async function nodeAlone() {
  const taken = [];
  for (let round = 0; round < 5; round += 1) {
    const began = performance.now();
    await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit');
    taken.push(performance.now() - began);
  }
  return median(taken);
}
