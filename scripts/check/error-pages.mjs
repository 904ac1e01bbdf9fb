// Every code of the catalogue has its page, no page is without a code, and the index tells the truth (house rule 10).
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const FOLDER = 'docs/errors/';
const INDEX = `${FOLDER}README.md`;
const TABLE = /<!-- table -->\n[\s\S]*<!-- \/table -->/;

export const errorPages = {
  name: 'error pages',
  async run(tree, { fix }) {
    const catalogue = await readCatalogue(tree);
    const pages = tree.files.filter((file) => file.startsWith(FOLDER) && file.endsWith('.md') && file !== INDEX);
    const problems = Object.entries(catalogue).flatMap(([code, entry]) => missing(tree, pages, code, entry));
    for (const file of pages) {
      const code = file.slice(FOLDER.length, -'.md'.length);
      if (!Object.hasOwn(catalogue, code)) problems.push({ file, what: 'a page without a code in the catalogue', fix: 'remove the page, or add the code' });
    }
    problems.push(...indexProblems(tree, catalogue, fix));
    return { summary: `${pages.length} pages`, problems };
  },
};

async function readCatalogue(tree) {
  const { catalogue } = await import(pathToFileURL(join(tree.root, 'packages/contract/dist/errors.js')).href);
  return catalogue;
}

function missing(tree, pages, code, entry) {
  const file = `${FOLDER}${code}.md`;
  if (!pages.includes(file)) return [{ file, what: `the code \`${code}\` has no page`, fix: 'write it, after the model of its neighbours' }];
  const [title = '', ...rest] = tree.lines(file);
  const facts = factsLine(entry);
  const problems = [];
  if (title !== `# ${code}`) problems.push({ file, line: 1, what: `the title is \`${title}\``, fix: `make it \`# ${code}\`` });
  if (!rest.includes(facts)) problems.push({ file, what: 'status, JSON-RPC code or title are not those of the catalogue', fix: `the line reads: ${facts}` });
  for (const code of tree.text(file).matchAll(/```json\n([\s\S]*?)```/g))
    if (!isJson(code[1])) problems.push({ file, what: 'an example is not JSON', fix: 'mend it' });
  return problems;
}

function factsLine({ status, jsonRpc, title }) {
  return `${title}. HTTP ${status}; JSON-RPC ${jsonRpc === null ? "none: a tool's own outcome, told in its result (`isError`)" : `\`${jsonRpc}\``}.`;
}

function indexProblems(tree, catalogue, fix) {
  if (!tree.files.includes(INDEX)) return [{ file: INDEX, what: 'the index is missing', fix: 'restore it' }];
  const rows = Object.entries(catalogue).map(
    ([code, { status, jsonRpc, title }]) => `| [\`${code}\`](${code}.md) | ${status} | ${jsonRpc === null ? 'in the result' : jsonRpc} | ${title} |`,
  );
  const table = ['<!-- table -->', '| Code | HTTP | JSON-RPC | Meaning |', '| --- | --- | --- | --- |', ...rows, '<!-- /table -->'].join('\n');
  const text = tree.text(INDEX);
  const wanted = text.replace(TABLE, () => table);
  if (wanted === text && text.includes(table)) return [];
  if (fix !== undefined && TABLE.test(text)) {
    writeFileSync(join(tree.root, INDEX), wanted);
    return [];
  }
  return [{ file: INDEX, what: 'the table differs from the catalogue', fix: '`npm run check -- --fix` writes it' }];
}

function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
