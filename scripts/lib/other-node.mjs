// Runs the whole of `npm test` under another Node, in a copy of the checkout: the compiled binding of this one stays as it is.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { NotReady, npm, root, run } from './prepare.mjs';
import { progress, say } from './progress.mjs';

/** What `--node 24` stands for. */
const VERSIONS = { 20: '20.20.2', 24: '24.21.0' };
const NOT_COPIED = new Set(['node_modules', 'dist', 'data', 'coverage', '.git', '.cache']);

/** @param wanted a major version above, or a whole version @returns the exit code of the tests */
export async function testUnder(wanted, args) {
  const version = VERSIONS[wanted] ?? wanted;
  if (!/^\d+\.\d+\.\d+$/.test(version ?? '')) throw new NotReady('Usage: npm test -- --node <20|24|version>');
  const node = await fetchNode(version);
  const copy = mkdtempSync(join(tmpdir(), 'gh-node-'));
  try {
    cpSync(root, copy, {
      recursive: true,
      filter: (path) =>
        !relative(root, path)
          .split(/[\\/]/)
          .some((part) => NOT_COPIED.has(part)),
    });
    say(`Testing a copy of the checkout under Node ${version}.`);
    return await inside(copy, node, args);
  } finally {
    rmSync(copy, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** The path of this Node's binary, from npm, kept for the next time. */
async function fetchNode(version) {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(root, 'node_modules/.cache/gatehouse', `node-${version}`);
  const binary = join(folder, 'node_modules', name, 'bin/node');
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  const done = progress(`Fetching Node ${version}…`);
  const { code, output } = await run(npm.command, [...npm.args, 'install', '--prefix', folder, '--no-package-lock', '--no-save', `${name}@${version}`], {
    shell: npm.shell,
  });
  done(code === 0 ? 'Fetched' : 'Fetching failed after');
  if (code === 0 && existsSync(binary)) return binary;
  rmSync(folder, { recursive: true, force: true });
  throw new NotReady(`Node ${version} could not be fetched as ${name}. npm says:\n${output}`);
}

function inside(folder, node, args) {
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
  const headers = join(dirname(node), '../include/node');
  // A compiled binding fits the Node whose headers it was compiled with; a setting made for this Node must not reach the other.
  if (existsSync(headers)) env.npm_config_nodedir = join(headers, '../..');
  const child = spawn(node, [join(folder, 'scripts/test.mjs'), ...args], { cwd: folder, env, stdio: ['ignore', 'inherit', 'inherit'] });
  const stop = (signal) => child.kill(signal);
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      resolve(code ?? 1);
    });
  });
}
