// All checks, in the order in which they are told.
import { root } from '../lib/prepare.mjs';
import { ambient } from './ambient.mjs';
import { cycles } from './cycles.mjs';
import { dependencies } from './dependencies.mjs';
import { errorPages } from './error-pages.mjs';
import { layers } from './layers.mjs';
import { leaks } from './leaks.mjs';
import { formatting, lint } from './lint.mjs';
import { functionSizes, sizes } from './sizes.mjs';
import { readTree } from './tree.mjs';
import { types } from './types.mjs';
import { unsafe } from './unsafe.mjs';
import { words } from './words.mjs';

/**
 * A check: `{ name, run(tree, options) }` answers `{ summary, problems, notes? }`. A problem is `{ file, line?, what, fix }`,
 * or `{ text }` where a tool has its own words. The types come first: they build what the others import.
 */
const CHECKS = [types, lint, formatting, layers, cycles, sizes, functionSizes, words, ambient, errorPages, dependencies, leaks, unsafe];

/**
 * Runs all checks and prints a line for each, with its offenders. Answers how many passed and failed.
 * @param options.fix paths to mend before they are checked (lint, layout); generated tables are then written too
 */
export async function runChecks(options = {}) {
  const tree = readTree(root);
  const counts = { passed: 0, failed: 0 };
  for (const check of CHECKS) {
    const { summary, problems, notes = [] } = await outcome(check, tree, options);
    if (problems.length === 0) counts.passed += 1;
    else counts.failed += 1;
    console.log(`${problems.length === 0 ? '✓' : '✗'} ${check.name}${summary ? ` (${summary})` : ''}`);
    for (const note of notes) console.log(`    ${note}`);
    for (const problem of problems) console.log(indent(describe(problem)));
  }
  return counts;
}

/** A check that breaks has failed; the others still run. */
async function outcome(check, tree, options) {
  try {
    return await check.run(tree, options);
  } catch (error) {
    return { summary: '', problems: [{ text: `the check itself broke: ${error.stack}` }] };
  }
}

function describe({ text, file, line, what, fix }) {
  return text ?? `${line === undefined ? file : `${file}:${line}`}: ${what}\n  → ${fix}`;
}

function indent(text) {
  return text.replace(/^(?=.)/gm, '    ');
}
