// `npm run check`: types, lint, formatting and the house rules. `npm run check -- --fix` formats, and writes generated tables.
import { checkNode, install, main } from './lib/prepare.mjs';

await main(async () => {
  checkNode();
  await install();
  // Only now: the checks import packages.
  const { runChecks } = await import('./check/index.mjs');
  const { failed } = await runChecks({ fix: process.argv.includes('--fix') });
  if (failed > 0) process.exitCode = 1;
});
