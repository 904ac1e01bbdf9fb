// `npm test`: prepares the checkout, checks it, runs the tests, and ends with one line: `N passed, N failed`.
// What follows `--` goes to Vitest; `--node 24` runs everything in a copy of the checkout under that Node.
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { testCorner } from './lib/leftovers.mjs';
import { testUnder } from './lib/other-node.mjs';
import { installOwn } from './lib/own-packages.mjs';
import { checkNode, installPackages, main, NotReady, root } from './lib/prepare.mjs';

const args = process.argv.slice(2);
const total = { passed: 0, failed: 0 };

if (args[0] === '--node') {
  await main(async () => {
    process.exitCode = await testUnder(args[1], args.slice(2));
  });
} else {
  await everything();
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}

async function everything() {
  try {
    checkNode();
    const { compiled } = await installPackages();
    // What is compiled has one core to itself for a minute, and only Vitest waits for it.
    const ended = await Promise.allSettled([compiled, tools(), checked()]);
    for (const { reason } of ended) if (reason !== undefined) throw reason;
  } catch (error) {
    console.log(error instanceof NotReady ? error.message : error);
    add({ passed: 0, failed: 1 });
    return;
  }
  const corner = testCorner();
  add(await vitest(corner.env));
  const left = corner.sweep();
  console.log(left.length === 0 ? '✓ nothing left behind' : `✗ the tests left behind:\n    ${left.join('\n    ')}`);
  add(left.length === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });
}

/** Without them the tests that run them fail, and no others. */
async function tools() {
  await installOwn('conformance/tools').catch((error) => console.log(error.message));
}

async function checked() {
  // Only now: the checks import packages. The first of them builds.
  const { runChecks } = await import('./check/index.mjs');
  add(await runChecks());
}

function add({ passed, failed }) {
  total.passed += passed;
  total.failed += failed;
}

function vitest(env) {
  return new Promise((resolve) => {
    const reporters = ['--reporter=default', `--reporter=${join(root, 'scripts/lib/count-reporter.mjs')}`];
    const child = fork(join(root, 'node_modules/vitest/vitest.mjs'), ['run', ...reporters, ...args], {
      cwd: root,
      env,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    // Without a count (it crashed, was ended, or found no tests) the run has failed.
    let counts = { passed: 0, failed: 1 };
    child.on('message', (message) => {
      counts = message;
    });
    const stop = (signal) => child.kill(signal);
    process.on('SIGINT', stop).on('SIGTERM', stop);
    child.once('close', (code) => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      resolve(code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts);
    });
  });
}
