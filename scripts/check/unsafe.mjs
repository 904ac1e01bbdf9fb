// Lists every use of `unsafe`, which the database alone holds to the tenant, so that a reader sees them all. Never fails.
import { isTest, walk } from './tree.mjs';

export const unsafe = {
  name: 'uses of unsafe',
  run(tree) {
    const notes = tree.code.filter((file) => !isTest(file) && !file.startsWith('scripts/')).flatMap((file) => uses(tree, file));
    return { summary: notes.length === 0 ? 'none' : `${notes.length}, each to be read`, problems: [], notes };
  },
};

function uses(tree, file) {
  const found = [];
  walk(tree.parsed(file).program, (node) => {
    if (node.type !== 'CallExpression') return;
    const name = node.callee.type === 'MemberExpression' ? node.callee.property.name : node.callee.name;
    if (name === 'unsafe') found.push(`${file}:${tree.line(file, node.start)}`);
  });
  return found;
}
