// The real program, `gatehouse start`, in a process of its own.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../../packages/server/bin/gatehouse.mjs', import.meta.url));
const KEPT = 4000;

/**
 * Starts it and answers when it listens.
 * @param {{ platform: string, args?: readonly string[], environment?: Record<string, string>, cwd: string, port?: number, onLine?: (line: string) => void }} options
 * `onLine`: each line of its log, which is read to its end whether anybody looks or not
 * @returns {Promise<{ url: string, port: number, pid: number, startedMs: number, complaint(): string, alive(): boolean, signal(name: string): void, end(signal: string): Promise<number | null> }>}
 */
export async function startProgram({ platform, args = [], environment = {}, cwd, port = 0, onLine }) {
  const began = performance.now();
  const child = spawn(process.execPath, [program, 'start', platform, '--port', String(port), ...args], {
    cwd,
    env: { ...withoutSettings(process.env), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  let ended = false;
  const over = new Promise((resolve) => {
    child.once('close', (code) => {
      ended = true;
      resolve(code);
    });
  });
  if (onLine === undefined) child.stdout.resume();
  else readLines(child.stdout, onLine);
  const url = await new Promise((resolve, reject) => {
    child.once('error', reject).once('close', (code) => reject(new Error(`The program ended with ${code} before it listened: ${complaint}`)));
    child.stderr.setEncoding('utf8').on('data', (text) => {
      complaint = (complaint + text).slice(-KEPT);
      const found = /REST\s+(http:\/\/[^/\s]+)/.exec(complaint);
      if (found !== null) resolve(found[1]);
    });
  });
  return {
    url,
    port: Number(new URL(url).port),
    pid: child.pid,
    startedMs: performance.now() - began,
    complaint: () => complaint,
    alive: () => !ended,
    signal: (name) => child.kill(name),
    end(signal) {
      child.kill(signal);
      return over;
    },
  };
}

/** The settings of whoever runs the proof are none of the program's. */
function withoutSettings(environment) {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(GATEHOUSE|CLERK)_/.test(name)));
}

function readLines(stream, onLine) {
  let rest = '';
  stream.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines) onLine(line);
  });
}
