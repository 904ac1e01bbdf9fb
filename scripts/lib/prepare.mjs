// What a checkout needs before it can run: the right Node, the packages, the build. Shared by `npm start` and `npm test`.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';
import { progress, say } from './progress.mjs';

export const root = fileURLToPath(new URL('../../', import.meta.url));
/** Written by us, last of all: without it nothing in node_modules is believed to be whole. */
const stampFile = join(root, 'node_modules/.cache/gatehouse/installed.json');
/** Written by npm at the end of an installation. */
const npmRecord = join(root, 'node_modules/.package-lock.json');

const script = process.env.npm_execpath;
/** How to call npm: the one that called us, run by this very Node, or the one on the path. */
export const npm =
  script?.endsWith('.js') === true
    ? { command: process.execPath, args: [script], shell: false }
    : { command: 'npm', args: [], shell: process.platform === 'win32' };

/** Node 24 and later: the server prefers it there to the compiled binding (docs/decisions/0002-sqlite-drivers.md). */
const hasOwnSqlite = Number(process.versions.node.split('.')[0]) >= 24 && isBuiltin('node:sqlite');

/** A preparation that failed for a reason which the user can mend: shown as one sentence, without a stack. */
export class NotReady extends Error {}

export function checkNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new NotReady(`Gatehouse needs Node 20.19 or later (24 is recommended); this is Node ${version}.`);
}

/** Installs the packages unless the last successful installation was of the same lock file for the same Node. */
export async function install() {
  const { compiled } = await installPackages();
  await compiled;
}

/** The same; answers when all is there but what must be compiled, which takes one core about a minute: `compiled` settles when that is done. */
export async function installPackages() {
  const wanted = { lock: lockHash(), platform: `${process.platform}-${process.arch}-${process.versions.modules}` };
  const stamp = readStamp();
  if (stamp?.lock === wanted.lock && stamp.platform === wanted.platform && existsSync(npmRecord)) return { compiled: Promise.resolve() };
  const samePlatform = (stamp?.platform ?? wanted.platform) === wanted.platform;
  // Whoever ran npm by hand need not wait for a second installation.
  const adopted = samePlatform && npmFinished() && sqliteWorks();
  if (!adopted) await npmInstall();
  return { compiled: compile(adopted).then(() => writeStamp(wanted)) };
}

/** Runs the install scripts, unless that was done or no binding is needed. What they do is judged by whether there is a driver then. */
async function compile(isDone) {
  if (!isDone && !hasOwnSqlite) {
    const done = progress('Running install scripts… (the SQLite binding is compiled where no prebuilt one can be fetched: about a minute)');
    const { code } = await run(npm.command, [...npm.args, 'rebuild', '--loglevel=warn'], { shell: npm.shell });
    done(code === 0 ? 'Install scripts done' : 'An install script failed after');
  }
  if (!sqliteWorks()) throw new NotReady(noSqlite());
}

function writeStamp(wanted) {
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, `${JSON.stringify(wanted)}\n`);
}

/** Compiles what is not yet compiled, and joins it. Throws `NotReady` with the compiler's words. */
export async function build() {
  const built = existsSync(join(root, 'packages/server/dist/bundle/index.js'));
  const done = built ? undefined : progress('Building…');
  const { code, output } = await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', '--pretty', 'false']);
  if (code === 0) await bundle();
  done?.(code === 0 ? 'Built' : 'The build failed after');
  if (code !== 0) throw new NotReady(`The sources do not compile:\n${output}`);
}

/** Everything, in order; at most a second or so when nothing is to be done. */
export async function prepare() {
  checkNode();
  await install();
  await build();
}

/** Runs a program in the checkout and collects its output; a signal to us ends it too. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    const stop = (signal) => {
      child.kill(signal);
      child.once('close', () => process.exit(signal === 'SIGINT' ? 130 : 143));
    };
    process.once('SIGINT', stop).once('SIGTERM', stop);
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => (output += text));
    child.stderr?.setEncoding('utf8').on('data', (text) => (output += text));
    child.once('error', reject);
    child.once('close', (code) => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      resolve({ code: code ?? 1, output: output.trim() });
    });
  });
}

/** Exactly what the lock file says, without install scripts: `npm ci` empties node_modules first, so that nothing half-finished or of another Node stays. */
async function npmInstall() {
  // A stamp left from before must not vouch for what this leaves half-finished.
  rmSync(stampFile, { force: true });
  const done = progress('Installing packages…');
  // The compiler and the test tools are development packages, and the binding is an optional one: wanted whatever NODE_ENV says.
  const args = [...npm.args, 'ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-progress', '--loglevel=warn'];
  const { code, output } = await run(npm.command, args, { shell: npm.shell });
  done(code === 0 ? 'Packages installed' : 'The installation failed after');
  if (code !== 0) throw new NotReady(`The packages could not be installed. npm says:\n${output}`);
}

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

/** What was installed last, and for which machine code; undefined where no installation of ours ended well. */
function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Whether npm finished an installation of this very lock file. */
function npmFinished() {
  try {
    const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
    const present = JSON.parse(readFileSync(npmRecord, 'utf8')).packages;
    const same = ([path, entry]) => path === '' || (present[path] === undefined ? entry.optional === true : present[path].version === entry.version);
    return Object.entries(locked).every(same) && Object.keys(present).every((path) => path in locked && existsSync(join(root, path)));
  } catch {
    return false;
  }
}

/**
 * Whether the server finds a driver, in the order of store/sqlite/load-driver.ts. Tried in a process of its own: a binding that does not
 * suit this Node may take its process down.
 */
function sqliteWorks() {
  if (hasOwnSqlite) return true;
  const binding = "new (require('better-sqlite3'))(':memory:').close()";
  const own = "process.exit(process.getBuiltinModule('node:sqlite')?.StatementSync.prototype.setReturnArrays ? 0 : 1)";
  return [binding, own].some((program) => spawnSync(process.execPath, ['-e', program], { cwd: join(root, 'packages/server'), stdio: 'ignore' }).status === 0);
}

function noSqlite() {
  return (
    'SQLite is missing: its binding could not be compiled, and this Node has none of its own. ' +
    'Install a C++ compiler and Python 3 (Debian, Ubuntu: apt install build-essential python3) and start again, or use Node 24.'
  );
}

/** Runs a script's body; tells what failed in its own words, without a stack where the user can mend it. */
export async function main(body) {
  try {
    await body();
  } catch (error) {
    if (!(error instanceof NotReady)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
}
