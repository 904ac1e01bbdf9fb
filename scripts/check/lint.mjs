// Biome: lint rules and formatting, as biome.json sets them.
import { join } from 'node:path';
import { run } from '../lib/prepare.mjs';

export const lint = {
  name: 'lint',
  async run(tree, { fix }) {
    if (fix !== undefined) await biome(tree, 'lint', '--write', ...fix);
    const { code, output } = await biome(tree, 'lint', '--error-on-warnings', '--diagnostic-level=warn');
    return { summary: count(output), problems: code === 0 ? [] : [{ text: output }] };
  },
};

export const formatting = {
  name: 'formatting',
  async run(tree, { fix }) {
    if (fix !== undefined) await biome(tree, 'format', '--write', ...fix);
    const { code, output } = await biome(tree, 'format');
    const files = [...output.matchAll(/^(\S+) format ━/gm)].map(([, file]) => file);
    const problems = files.map((file) => ({ file, what: 'is not formatted', fix: `npm run check -- --fix ${file}` }));
    if (code !== 0 && files.length === 0) problems.push({ text: output });
    return { summary: count(output), problems };
  },
};

/** Over the whole tree unless the arguments name paths. */
async function biome(tree, command, ...args) {
  const program = join(tree.root, 'node_modules/@biomejs/biome/bin/biome');
  return await run(process.execPath, [program, command, '--colors=off', '--max-diagnostics=200', ...args]);
}

function count(output) {
  const files = /(?:Checked|Formatted) (\d+) files?/.exec(output)?.[1];
  return files === undefined ? '' : `${files} files`;
}
