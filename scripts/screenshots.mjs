// `node scripts/screenshots.mjs <folder>`: a picture of every page that people see, in each of its states, light and dark, narrow and wide.
// Look at them after each change of the pages: what is ugly no test finds.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { withTypeScript } from './lib/load-typescript.mjs';
import { checkNode, install, main, NotReady } from './lib/prepare.mjs';
import { progress } from './lib/progress.mjs';

const LOOKS = [360, 1280].flatMap((width) => ['light', 'dark'].map((scheme) => ({ width, scheme })));

await main(async () => {
  const [folder, ...more] = process.argv.slice(2);
  if (folder === undefined || more.length > 0) throw new NotReady('Usage: node scripts/screenshots.mjs <folder>');
  checkNode();
  await install();
  mkdirSync(folder, { recursive: true });
  const done = progress('Taking pictures.');
  const count = await withTypeScript('test/support/show-pages.ts', ({ showPages }) => takeAll(folder, showPages));
  done(`${count} pictures are in ${folder}`);
});

async function takeAll(folder, showPages) {
  let count = 0;
  await showPages({ looks: LOOKS }, async (page, { name, width, scheme }) => {
    await page.screenshot({ path: join(folder, `${name}-${width}-${scheme}.png`), fullPage: true });
    count += 1;
  });
  return count;
}
