// `npm start`: prepares the checkout, then runs `gatehouse start` with whatever follows `--`.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { main, NotReady, prepare, root } from './lib/prepare.mjs';

const WATCH_MS = 100;

await main(async () => {
  await prepare();
  const program = join(root, 'packages/server/bin/gatehouse.mjs');
  if (!existsSync(program)) throw new NotReady('This checkout is incomplete: packages/server/bin/gatehouse.mjs is missing.');
  // In this very process: a signal arrives once, the exit code is its own, and nothing is orphaned when the process is killed.
  endWithParent();
  process.argv = [process.execPath, program, 'start', ...process.argv.slice(2)];
  await import(pathToFileURL(program).href);
});

/**
 * npm hands a signal to the shell between us, and some shells die of it without telling us. A server that nobody can stop any more would
 * keep its port: the loss of our parent counts as the signal.
 */
function endWithParent() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, WATCH_MS).unref();
}
