import { describe, expect, it } from 'vitest';
import { simulate } from './simulation.js';

const SEED = 20_261_122;
const STEPS = 100_000;

describe('a simulated fleet', () => {
  it('accepts no request that began after the answer to its revocation, and heals', () => {
    const counts = simulate({ seed: SEED, steps: STEPS });
    expect(counts).toMatchObject({ violations: 0, overdue: 0, distrustful: 0 });
    // What was not tried proves nothing.
    for (const tried of ['settled', 'acceptedFromCache', 'acceptedAfterReading', 'refused', 'pauses', 'crashes', 'cuts', 'restarts', 'lost'] as const) {
      expect(counts[tried], tried).toBeGreaterThan(0);
    }
  });

  it('answers the same to the same seed', () => {
    expect(simulate({ seed: SEED, steps: 1 })).toEqual(simulate({ seed: SEED, steps: 1 }));
  });

  // The rarer ones take longer: `npm run prove -- simulation`.
  it.each(['no acknowledgement', 'no lease', 'no epochs', 'nothing dropped at joining'] as const)(
    'is seen to let requests in where a rule is left out: %s',
    (broken) => {
      expect(simulate({ seed: SEED, steps: 20 * STEPS, broken }).violations).toBeGreaterThan(0);
    },
  );
});
