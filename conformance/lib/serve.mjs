// The real program, serving the conformance platform from a folder of its own, with keys and sessions made on its command line.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, run } from '../../scripts/lib/prepare.mjs';

const program = join(root, 'packages/server/bin/gatehouse.mjs');
const platform = join(root, 'conformance/platform');
const START_MS = 20_000;

/**
 * @param {Record<string, string>} environment added to ours
 * @returns {Promise<{ url: string, key: (scopes?: string[]) => Promise<string>, session: () => Promise<string>, onOutput: (read: (text: string) => void) => void, close: () => Promise<void> }>}
 */
export async function servePlatform(environment = {}) {
  const data = mkdtempSync(join(tmpdir(), 'gh-conf-'));
  const child = spawn(process.execPath, [program, 'start', platform, '--data', data, '--port', '0'], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const close = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  try {
    const url = await listening(child, ended);
    const key = async (scopes = ['*']) => (await made(data, 'key', ['--name', 'conformance', '--scopes', scopes.join(',')])).raw_key;
    const session = async () => (await made(data, 'session', [])).cookie;
    return { url, key, session, onOutput: (read) => void child.stdout.on('data', read), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Settles with the URL that the program says it listens at. */
function listening(child, ended) {
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => reject(new Error(`The server did not listen in time:\n${said}`)), START_MS);
    const read = (text) => {
      said += text;
      const url = /"event":"listening","url":"([^"]+)"/.exec(said)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    ended.then((code) => {
      clearTimeout(timer);
      reject(new Error(`The server ended with ${code}:\n${said}`));
    });
  });
}

/** Makes a key or a session of Ann's. */
async function made(data, what, more) {
  const flags = ['--data', data, '--platform', platform, '--user', 'ann@example.com', '--json', ...more];
  const { code, output } = await run(process.execPath, [program, what, 'create', ...flags]);
  if (code !== 0) throw new Error(`No ${what} could be made: ${output}`);
  return JSON.parse(output);
}
