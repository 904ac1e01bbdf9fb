// One process of the fleet: the real program, on its own proxy to the database.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startProxy } from './proxy.mjs';

const program = fileURLToPath(new URL('../../../packages/server/bin/gatehouse.mjs', import.meta.url));

/** @param {{ databaseUrl: string, environment: Record<string, string>, cwd: string }} options */
export async function startMember({ databaseUrl, environment, cwd }) {
  const url = new URL(databaseUrl);
  const proxy = await startProxy(Number(url.port));
  url.port = String(proxy.port);
  const env = { ...process.env, ...environment, GATEHOUSE_DATABASE: url.href };
  const member = {
    url: '',
    proxy,
    alive: false,
    /** The last of what it said on stderr, for a proof that fails. */
    complaint: '',
    signal: (signal) => child.kill(signal),
    async start() {
      // The same port again after a restart, as behind a load balancer.
      const port = member.url === '' ? '0' : new URL(member.url).port;
      child = spawn(process.execPath, [program, 'start', 'nenjo', '--port', port, '--log-level', 'warn', '--failed-auth-per-minute', '1000000'], {
        env,
        cwd,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      ended = new Promise((resolve) => child.once('close', resolve));
      child.stdout.resume();
      member.url = await new Promise((resolve, reject) => {
        child.once('close', (code) => reject(new Error(`A process ended with ${code} before it listened: ${member.complaint}`)));
        child.stderr.setEncoding('utf8').on('data', (text) => {
          member.complaint = (member.complaint + text).slice(-4000);
          const found = /REST\s+(http:\/\/[^/\s]+)/.exec(member.complaint);
          if (found !== null) resolve(found[1]);
        });
      });
      member.alive = true;
    },
    async end(signal) {
      member.alive = false;
      member.complaint = '';
      child.kill(signal);
      await ended;
    },
    async close() {
      child.kill('SIGCONT');
      await member.end('SIGTERM');
      await proxy.close();
    },
  };
  let child;
  let ended;
  await member.start();
  return member;
}
