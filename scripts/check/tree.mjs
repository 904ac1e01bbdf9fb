// The files of the checkout, their text and their syntax trees, read once and shared by all checks.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { parseSync } from 'oxc-parser';

const SKIPPED = new Set(['.git', 'node_modules', 'dist', 'data', 'coverage', '.cache']);
const CODE = /\.(ts|mts|tsx|mjs|js)$/;

/** @param root the checkout's folder */
export function readTree(root) {
  return treeOf(root, list(root, root), (file) => readFileSync(join(root, file), 'utf8'));
}

/** @param files relative, with forward slashes, sorted @param read answers the text of one of them */
export function treeOf(root, files, read) {
  const texts = new Map();
  const trees = new Map();
  const text = (file) => remember(texts, file, () => read(file));
  return {
    root,
    files,
    code: files.filter((file) => CODE.test(file)),
    text,
    lines: (file) => text(file).split('\n'),
    /** The parsed file: `program` (ESTree) and `module` (its imports and exports). */
    parsed: (file) => remember(trees, file, () => parseSync(file, text(file))),
    line: (file, offset) => text(file).slice(0, offset).split('\n').length,
  };
}

/** Calls `visit(node, parent)` for every node of a syntax tree, parents first. */
export function walk(node, visit, parent = null) {
  visit(node, parent);
  for (const key in node) {
    const value = node[key];
    if (Array.isArray(value)) {
      for (const item of value) if (typeof item?.type === 'string') walk(item, visit, node);
    } else if (typeof value?.type === 'string') walk(value, visit, node);
  }
}

export const isTest = (file) => file.endsWith('.test.ts') || /(^|\/)test\//.test(file);

function list(root, folder) {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : list(root, path);
      return entry.isFile() ? [relative(root, path).split(sep).join('/')] : [];
    })
    .sort();
}

function remember(map, key, make) {
  if (!map.has(key)) map.set(key, make());
  return map.get(key);
}
