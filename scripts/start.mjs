// `npm start`: prepares the checkout, then runs `gatehouse start` with whatever follows `--`.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { main, NotReady, prepare, root } from './lib/prepare.mjs';

await main(async () => {
  await prepare();
  const program = join(root, 'packages/server/bin/gatehouse.mjs');
  if (!existsSync(program)) throw new NotReady('This checkout is incomplete: packages/server/bin/gatehouse.mjs is missing.');
  // In this very process: a signal arrives once, the exit code is its own, and nothing is orphaned when the process is killed.
  process.argv = [process.execPath, program, 'start', ...process.argv.slice(2)];
  await import(pathToFileURL(program).href);
});
