import { expect, test } from 'vitest';
import { type Snapshot, together } from '../../src/domain/metrics.js';
import { Metrics } from '../../src/services/metrics.js';

/** A process whose calls took so many milliseconds. */
function measured(...took: readonly number[]): Snapshot {
  const metrics = new Metrics();
  const calls = metrics.calls('things_list', 'rest');
  for (const ms of took) calls.add(undefined, ms);
  return metrics.snapshot();
}

test('what processes have measured makes the same sums in whatever order they are added up: no counter goes back by a rounding', () => {
  const [a, b, c] = [measured(0.1, 0.7, 12.3456), measured(0.2, 1.1), measured(0.3, 3.3333)];
  const sums = [
    [a, b, c],
    [a, c, b],
    [b, a, c],
    [b, c, a],
    [c, a, b],
    [c, b, a],
    [together([a, b]), c],
    [a, together([b, c])],
  ].map((order) => together(order));
  for (const sum of sums) expect(sum).toEqual(sums[0]);
  const durations = sums[0]?.find(({ name }) => name === 'gatehouse_call_duration_seconds')?.samples[0]?.values.at(-1);
  expect(durations).toBe(0.018079);
});
