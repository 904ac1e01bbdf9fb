import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const program = path('../../bin/gatehouse.mjs');
if (!existsSync(path('../../dist/bundle/cli.js'))) throw new Error('These tests run the built program: npm run build first');

export const fixture = (name: string) => path(`./fixtures/${name}`);

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export interface Running {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly pid: number;
  stdout(): string;
  stderr(): string;
  /** Sends the signal; settles when the process has ended. */
  stop(signal?: NodeJS.Signals): Promise<Ended>;
  signal(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

/** Runs the real program to its end. */
export function gatehouse(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return launch(args, options).ended;
}

/** Runs a command that succeeds, and reads the JSON it prints. */
export async function json<T = Record<string, unknown>>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await gatehouse([...args, '--json']);
  if (code !== 0) throw new Error(`gatehouse ${args.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

/** Starts a server on a free port and waits until it says where it listens. */
export async function serve(args: readonly string[], options: RunOptions = {}): Promise<Running> {
  const started = launch(['start', ...args, '--port', '0'], options);
  const ended = started.ended.then(({ code, stderr }) => {
    throw new Error(`The server ended with ${code} before it listened: ${stderr}`);
  });
  const url = await Promise.race([until(() => /"event":"listening","url":"([^"]+)"/.exec(started.stdout())?.[1]), ended]);
  return {
    ...started,
    url,
    stop(signal = 'SIGTERM') {
      started.signal(signal);
      return started.ended;
    },
  };
}

/** Polls until there is something, for at most 20 s. */
export async function until<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (const end = performance.now() + 20_000; performance.now() < end; ) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('It did not happen in time');
}

export function temporaryFolder(): { readonly path: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'c-'));
  return { path: folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The status of a read with this key. */
export async function statusWith(url: string, key: string, path = '/api/v1/projects'): Promise<number> {
  const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${key}` } });
  await response.arrayBuffer();
  return response.status;
}

/** Speaks to the control socket directly. */
export function post(socketPath: string, path: string, body: string | Buffer, method = 'POST'): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path, method, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asked.on('error', reject).end(body);
  });
}

/** Starts the real program, and does not wait for it. */
export function launch(args: readonly string[], { environment = {}, cwd = tmpdir() }: RunOptions) {
  const child: ChildProcess = spawn(process.execPath, [program, ...args], { cwd, env: { ...inherited(), ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject).once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { pid: child.pid ?? 0, stdout: () => stdout, stderr: () => stderr, ended, signal: (signal: NodeJS.Signals) => void child.kill(signal) };
}

/** Our environment without the settings of whoever runs the tests. */
function inherited(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(GATEHOUSE|CLERK)_/.test(name)));
}
