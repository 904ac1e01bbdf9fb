// `npm run check`: types, lint, formatting and the house rules.
// `npm run check -- --fix <path>…` first mends the layout of these files and writes the generated tables.
import { checkNode, install, main, NotReady } from './lib/prepare.mjs';

await main(async () => {
  const [option, ...paths] = process.argv.slice(2);
  if (option !== undefined && (option !== '--fix' || paths.length === 0)) throw new NotReady('Usage: npm run check [-- --fix <path>…]');
  checkNode();
  await install();
  // Only now: the checks import packages.
  const { runChecks } = await import('./check/index.mjs');
  const { failed } = await runChecks(option === '--fix' ? { fix: paths } : {});
  if (failed > 0) process.exitCode = 1;
});
