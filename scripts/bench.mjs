// `npm run bench`: prepares the checkout and the bench's own packages, then runs the measurements one after the other.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { prepare, root } from './lib/prepare.mjs';

const bench = join(root, 'bench');
await prepare();
if (!existsSync(join(bench, 'node_modules'))) {
  console.log('Installing the packages of the bench…');
  const { status } = spawnSync('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], { cwd: bench, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}
const { status } = spawnSync(process.execPath, [join(bench, 'mcp.mjs'), ...process.argv.slice(2)], { cwd: bench, stdio: 'inherit' });
process.exit(status ?? 1);
