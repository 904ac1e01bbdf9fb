// The sources as `tsc -b` builds them, and the tests and configurations as tsconfig.tests.json describes them.
import { join } from 'node:path';
import { run } from '../lib/prepare.mjs';

export const types = {
  name: 'types',
  async run(tree) {
    const sources = await tsc(tree, '-b');
    const tests = await tsc(tree, '-p', 'tsconfig.tests.json');
    const problems = [...sources, ...tests].map((text) => ({ text }));
    return { summary: 'sources, tests and configurations', problems };
  },
};

/** The compiler's messages, one an entry; a message may go on over indented lines. */
async function tsc(tree, ...args) {
  const { code, output } = await run(process.execPath, [join(tree.root, 'node_modules/typescript/bin/tsc'), ...args, '--pretty', 'false']);
  if (code === 0) return [];
  return output.split(/\n(?!\s)/).filter((text) => text !== '');
}
