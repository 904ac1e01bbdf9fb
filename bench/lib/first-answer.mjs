// The program as it is shipped, from the start of its process to its first authenticated tools/call.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../scripts/lib/free-port.mjs';
import { toolCall } from './mcp.mjs';
import { ROOT_SECRET } from './root-secret.mjs';

const program = fileURLToPath(new URL('../../packages/server/bin/gatehouse.mjs', import.meta.url));
const platform = fileURLToPath(new URL('../servers/echo-platform.mjs', import.meta.url));
const body = toolCall('echo', { text: 'the first call' });

const env = { ...process.env, GATEHOUSE_SECRET: ROOT_SECRET };

/** A key by the command line, on a folder that nothing serves. */
export async function makeKey(folder) {
  const flags = ['--user', 'bench@example.com', '--name', 'bench', '--platform', platform, '--data', folder, '--json'];
  const made = spawn(process.execPath, [program, 'key', 'create', ...flags], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  made.stdout.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  await once(made, 'close');
  return JSON.parse(text).raw_key;
}

/** Milliseconds until then, and those that the process used of a processor (0 where the system does not say). The program is ended again. */
export async function firstAnswer(folder, key) {
  const port = await freePort();
  const began = performance.now();
  const child = spawn(process.execPath, [program, 'start', platform, '--port', String(port), '--data', folder], { env, stdio: 'ignore' });
  try {
    while (performance.now() - began < 20_000) {
      if (await answered(port, key)) return { ms: performance.now() - began, cpuMs: cpuOf(child.pid) };
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

/** By proc_pid_stat(5): the 14th and the 15th field, in hundredths of a second. */
function cpuOf(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return 0;
  }
}
