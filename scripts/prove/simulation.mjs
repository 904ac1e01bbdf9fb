// The fleet's protocol in a simulation: no request that began after the answer to its revocation is accepted.
import { randomInt } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { withTypeScript } from '../lib/load-typescript.mjs';

export const about = 'the protocol of several processes, simulated with faults, as it is and with each rule left out: [seed] [steps]; about a minute';

const STEPS = 20_000_000;
/** Within how many steps a missing rule must have shown. */
const BROKEN_STEPS = 40_000_000;

export async function prove([seedGiven, stepsGiven]) {
  const seed = Number(seedGiven ?? randomInt(2 ** 31));
  const steps = Number(stepsGiven ?? STEPS);
  if (!Number.isSafeInteger(seed) || !(steps >= 1)) throw new Error('A seed and a number of steps are whole numbers');
  return withTypeScript('packages/server/test/fleet/simulation.ts', ({ simulate, breaks }) => {
    console.log(`seed ${seed}`);
    const counts = timed('as it is', () => simulate({ seed, steps }));
    for (const line of summary(counts)) console.log(`  ${line}`);
    const whole = counts.violations === 0 && counts.overdue === 0 && counts.distrustful === 0;
    const found = breaks.map((broken) => {
      const { violations, firstViolation } = timed(`left out: ${broken}`, () => simulate({ seed, steps: BROKEN_STEPS, broken }));
      console.log(`  violations: ${violations}${violations > 0 ? `, the first after ${grouped(firstViolation)} steps` : ''}`);
      return violations > 0;
    });
    return whole && found.every(Boolean);
  });
}

function timed(what, work) {
  const start = performance.now();
  const result = work();
  console.log(`${what} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  return result;
}

function summary(counts) {
  const { steps, revocations, settled, givenUp, acceptedFromCache, acceptedAfterReading, refused } = counts;
  const { lost, late, doubled, pauses, sleeps, crashes, cuts, isolations, restarts } = counts;
  return [
    `steps ${grouped(steps)}`,
    `revocations ${grouped(revocations)}: settled ${grouped(settled)}, given up ${grouped(givenUp)}, the others by a process that crashed or was cut off before its answer`,
    `requests accepted from a cache ${grouped(acceptedFromCache)}, after reading ${grouped(acceptedAfterReading)}, refused ${grouped(refused)}`,
    `notifications lost ${grouped(lost)}, late ${grouped(late)}, doubled ${grouped(doubled)}`,
    `pauses ${grouped(pauses)}, sleeps ${sleeps}, crashes ${crashes}, sessions cut ${grouped(cuts)}, processes cut off ${grouped(isolations)}, database restarts ${restarts}`,
    `when all was healed but one process had just died: longest barrier ${Math.round(counts.longestCalm)} ms, overdue ${counts.overdue}, processes without trust ${counts.distrustful}`,
    `violations: ${counts.violations}`,
  ];
}

function grouped(number) {
  return number.toLocaleString('en');
}
