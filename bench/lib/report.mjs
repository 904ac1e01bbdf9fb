// The tables that are printed, and whether every bound holds.

/** Prints `| a | b |` rows under a heading; `done()` answers how many bounds were missed. */
export function table(title, columns) {
  console.log(`\n${title}\n\n| ${columns.join(' | ')} |\n|${columns.map(() => '---').join('|')}|`);
  let missed = 0;
  return {
    /** @param {boolean} holds whether the row's bound holds */
    row(cells, holds) {
      if (!holds) missed += 1;
      console.log(`| ${cells.join(' | ')} |${holds ? '' : ' ← missed'}`);
    },
    done() {
      console.log(missed === 0 ? '\nEvery bound holds.' : `\n${missed} of the bounds are missed.`);
      process.exitCode = missed === 0 ? 0 : 1;
    },
  };
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
