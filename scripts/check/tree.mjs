// The files of the checkout, their text and their syntax trees, read once and shared by all checks.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { parseSync } from 'oxc-parser';

const SKIPPED = new Set(['.git', 'node_modules', 'dist', 'data', 'coverage', '.cache']);
const CODE = /\.(ts|mts|tsx|mjs|js)$/;

/** @param root the checkout's folder */
export function readTree(root) {
  const files = list(root, root);
  const texts = new Map();
  const trees = new Map();
  const text = (file) => remember(texts, file, () => readFileSync(join(root, file), 'utf8'));
  return {
    root,
    /** Every file, relative, with forward slashes, sorted. */
    files,
    code: files.filter((file) => CODE.test(file)),
    text,
    lines: (file) => text(file).split('\n'),
    /** The parsed file: `program` (ESTree) and `module` (its imports and exports). */
    parsed: (file) => remember(trees, file, () => parse(file, text(file))),
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

/** Written by people, for Gatehouse: sources as opposed to tests, and the folder that a file counts to. */
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

function parse(file, text) {
  const { program, module, errors } = parseSync(file, text);
  return { program, module, errors };
}

function remember(map, key, make) {
  if (!map.has(key)) map.set(key, make());
  return map.get(key);
}
