import { expect, test } from 'vitest';
import { leastStall } from './stall.js';

const HELD_MS = 200;

const computing = (): void => {
  for (const end = performance.now() + HELD_MS; performance.now() < end; );
};
const sleeping = (): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, HELD_MS);

test.each([
  ['computes', computing],
  ['sleeps', sleeping],
])('the measure by which the store is judged notices a thread that %s for as long as four times the limit', async (_, hold) => {
  const work = () => new Promise<void>((resolve) => setTimeout(() => resolve(hold()), 5));
  expect(await leastStall(work)).toBeGreaterThan(50);
});
