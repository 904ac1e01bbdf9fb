// `npm run bench`: prepares the checkout, then runs the measurements one after the other.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { prepare, root } from './lib/prepare.mjs';

await prepare();
const { status } = spawnSync(process.execPath, [join(root, 'bench/mcp.mjs'), ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(status ?? 1);
