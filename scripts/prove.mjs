// `npm run prove -- <name>`: proofs that take longer than a test may. Each is a file in scripts/prove; without a name they are listed.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { main, NotReady, prepare, root } from './lib/prepare.mjs';

/**
 * A proof exports `about`, one line for the list, and `prove(args)`, which says what it does as it goes on, prints its seeds,
 * ends within the time that it names, and answers whether all held.
 */
const folder = join(root, 'scripts/prove');
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.mjs'))
  .map((file) => file.slice(0, -'.mjs'.length))
  .sort();

await main(async () => {
  const [name, ...args] = process.argv.slice(2);
  if (name === undefined) {
    for (const each of names) console.log(`${each}: ${(await load(each)).about}`);
    return;
  }
  if (!names.includes(name)) throw new NotReady(`There is no proof ${JSON.stringify(name)}; there are: ${names.join(', ')}`);
  await prepare();
  const held = await (await load(name)).prove(args);
  console.log(held ? `${name}: proved` : `${name}: does not hold`);
  process.exitCode = held ? 0 : 1;
});

function load(name) {
  return import(pathToFileURL(join(folder, `${name}.mjs`)).href);
}
