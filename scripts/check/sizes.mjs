// Small files and small functions (house rule 1).
import { isTest, walk } from './tree.mjs';

const USUAL_LINES = 200;
const MOST_LINES = 400;
const FUNCTION_LINES = 50;
/** The share of files that may exceed the usual size. */
const LONG_SHARE = 0.1;
const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

export const sizes = {
  name: 'file sizes',
  run(tree) {
    const counted = tree.code.map((file) => ({ file, lines: lineCount(tree.text(file)) }));
    const long = counted.filter(({ lines }) => lines > USUAL_LINES);
    const problems = counted
      .filter(({ lines }) => lines > MOST_LINES)
      .map(({ file, lines }) => ({ file, what: `${lines} lines, of at most ${MOST_LINES}`, fix: 'split it by what changes together' }));
    if (long.length > counted.length * LONG_SHARE) problems.push(tooMany(long, counted.length));
    return { summary: `${counted.length} files, ${long.length} over ${USUAL_LINES} lines`, problems };
  },
};

export const functionSizes = {
  name: 'function sizes',
  run(tree) {
    const files = tree.code.filter((file) => !isTest(file));
    let count = 0;
    const problems = files.flatMap((file) => {
      const functions = longFunctions(tree, file);
      count += functions.count;
      return functions.problems;
    });
    return { summary: `${count} functions`, problems };
  },
};

function tooMany(long, total) {
  const names = long.map(({ file, lines }) => `${file} (${lines})`).join(', ');
  return {
    file: '.',
    what: `${long.length} of ${total} files have more than ${USUAL_LINES} lines: ${names}`,
    fix: 'nine of ten have at most 200: split the longest',
  };
}

function longFunctions(tree, file) {
  let count = 0;
  const problems = [];
  walk(tree.parsed(file).program, (node, parent) => {
    if (!FUNCTIONS.has(node.type)) return;
    count += 1;
    const lines = lineCount(tree.text(file).slice(node.start, node.end));
    if (lines <= FUNCTION_LINES) return;
    const name = node.id?.name ?? parent?.key?.name ?? parent?.id?.name ?? 'a function';
    problems.push({ file, line: tree.line(file, node.start), what: `${name} has ${lines} lines, of at most ${FUNCTION_LINES}`, fix: 'name its parts' });
  });
  return { count, problems };
}

function lineCount(text) {
  return text.endsWith('\n') ? text.split('\n').length - 1 : text.split('\n').length;
}
