// Folders with packages and a lock file of their own, which are installed when they are first needed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { NotReady, npm, root, run } from './prepare.mjs';
import { progress } from './progress.mjs';

/**
 * Installs what the folder's lock file says, unless that was done. No install script is run.
 * @param {string} name the folder, relative to the checkout
 * @returns its path
 */
export async function installOwn(name) {
  const folder = join(root, name);
  const stamp = join(folder, 'node_modules/.cache/gatehouse/installed');
  const wanted = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return folder;
  const done = progress(`Installing the packages of ${name}…`);
  const args = [...npm.args, 'ci', '--ignore-scripts', '--include=optional', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];
  const { code, output } = await run(npm.command, args, { cwd: folder, shell: npm.shell });
  done(code === 0 ? 'Packages installed' : 'The installation failed after');
  if (code !== 0) throw new NotReady(`The packages of ${name} could not be installed. npm says:\n${output}`);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
  return folder;
}
