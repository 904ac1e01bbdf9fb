// No cycles among source files; type imports count (house rules 2 and 20).
import { importsOf } from './imports.mjs';

export const cycles = {
  name: 'cycles',
  run(tree) {
    const sources = tree.code.filter((file) => /^(packages|platforms)\/[^/]+\/src\//.test(file));
    const graph = new Map(sources.map((file) => [file, [...new Set(importsOf(tree, file).flatMap(({ to }) => (to === undefined ? [] : [to])))]]));
    const problems = findCycles(graph).map((cycle) => ({
      file: cycle[0],
      what: `imports itself: ${[...cycle, cycle[0]].join(' → ')}`,
      fix: 'move what both need into a file of its own, below them',
    }));
    return { summary: `${sources.length} files`, problems };
  },
};

/** One cycle for each file that closes one, found depth first. Exported for its test. */
function findCycles(graph) {
  const found = [];
  const done = new Set();
  const path = [];
  const visit = (file) => {
    if (done.has(file)) return;
    const at = path.indexOf(file);
    if (at >= 0) {
      found.push(path.slice(at));
      return;
    }
    path.push(file);
    for (const next of graph.get(file) ?? []) visit(next);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return found;
}
