// Need, don't import: the clock, chance and the environment come in as parameters (house rule 9).
import { walk } from './tree.mjs';

const SOURCES = /^packages\/(server|contract)\/src\/|^platforms\/[^/]+\/src\//;
/** The outermost wiring, where the real ones are handed in. */
const WIRING = /^packages\/server\/src\/(config\.ts|app\.ts|wiring\/|cli\/)/;
const AMBIENT = { Date: ['now'], Math: ['random'], process: ['env'] };

export const ambient = {
  name: 'clock, chance, environment',
  run(tree) {
    const files = tree.code.filter((file) => SOURCES.test(file) && !WIRING.test(file));
    return { summary: `${files.length} files`, problems: files.flatMap((file) => offences(tree, file)) };
  },
};

function offences(tree, file) {
  const problems = [];
  walk(tree.parsed(file).program, (node) => {
    const what = ambientUse(node);
    if (what !== undefined) problems.push({ file, line: tree.line(file, node.start), what, fix: 'take it as a parameter (`now: () => number`)' });
  });
  return problems;
}

function ambientUse(node) {
  if (node.type === 'NewExpression' && node.callee.name === 'Date' && node.arguments.length === 0) return 'new Date()';
  if (node.type !== 'MemberExpression' || node.computed || node.object.type !== 'Identifier') return undefined;
  const { name } = node.object;
  return Object.hasOwn(AMBIENT, name) && AMBIENT[name].includes(node.property.name) ? `${name}.${node.property.name}` : undefined;
}
