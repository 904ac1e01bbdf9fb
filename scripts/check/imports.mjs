// Every import of a file: static, re-exported, dynamic, and those inside types.
import { posix } from 'node:path';
import { walk } from './tree.mjs';

/** `{ from, typeOnly, line, to }[]`: `from` as written; `to` is the file in the tree, or undefined for a package. */
export function importsOf(tree, file) {
  const { program, module } = tree.parsed(file);
  const found = [];
  const add = (from, typeOnly, offset) => found.push({ from, typeOnly, line: tree.line(file, offset), to: resolve(tree, file, from) });
  for (const { moduleRequest, entries, start } of module.staticImports) {
    add(moduleRequest.value, entries.length > 0 && entries.every((entry) => entry.isType), start);
  }
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest, isType, start } of entries) if (moduleRequest) add(moduleRequest.value, isType, start);
  }
  walk(program, (node) => {
    if (node.type === 'TSImportType') add(node.source.value, true, node.start);
    if (node.type === 'ImportExpression' && node.source.type === 'Literal') add(node.source.value, false, node.start);
  });
  return found;
}

/** `@scope/name/deep` is of the package `@scope/name`. */
export function packageOf(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function resolve(tree, file, from) {
  const own = workspaceEntries(tree).get(from);
  if (own !== undefined) return own;
  if (!from.startsWith('.')) return undefined;
  const path = posix.join(posix.dirname(file), from);
  const candidates = [path, path.replace(/\.js$/, '.ts'), path.replace(/\.js$/, '.tsx')];
  return candidates.find((candidate) => tree.files.includes(candidate)) ?? path;
}

const entries = new WeakMap();

/** The workspaces' names, each with the source of its public exports. */
function workspaceEntries(tree) {
  if (!entries.has(tree)) {
    const manifests = tree.files.filter((file) => /^(packages|platforms)\/[^/]+\/package\.json$/.test(file));
    entries.set(tree, new Map(manifests.map((file) => [JSON.parse(tree.text(file)).name, `${posix.dirname(file)}/src/index.ts`])));
  }
  return entries.get(tree);
}
