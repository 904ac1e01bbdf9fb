// The tables that are printed, and whether every bound holds.

/** Prints `| a | b |` rows under a heading; `done()` says how many bounds were missed, and the process ends accordingly. */
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
      if (missed > 0) process.exitCode = 1;
    },
  };
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The value that this share of them does not exceed. */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** `least–most` */
export function span(values, digits = 2) {
  return `${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)}`;
}
