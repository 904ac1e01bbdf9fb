#!/usr/bin/env node
import { statSync } from 'node:fs';

const madeAt = (path) => statSync(new URL(path, import.meta.url), { throwIfNoEntry: false })?.mtimeMs ?? 0;
// In a checkout the compiler may have run since the bundle was made. An installed package has no such record.
if (madeAt('../dist/.tsbuildinfo') > madeAt('../dist/bundle/made-from.json')) {
  const { bundle } = await import('../../../scripts/lib/bundle.mjs');
  await bundle();
}
const { main } = await import('../dist/bundle/cli.js');

await main(process.argv.slice(2));
