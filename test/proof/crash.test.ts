import { expect, test } from 'vitest';
import { report } from '../../scripts/prove/crash.mjs';
import { driveCrashes } from '../../scripts/prove/crash/drive.mjs';

// The short form of `npm run prove -- crash`.
test.each(['sqlite', 'postgres'] as const)(
  'a server on %s that is killed under load holds all that it has acknowledged, and nothing by halves',
  async (database) => {
    const summary = await driveCrashes({ database, times: 2, seed: 20_260_131, lifeMs: 400, durable: false });
    expect(summary.faults, report([summary]).join('\n')).toEqual([]);
    expect(summary.tickets).toBeGreaterThan(0);
    expect(summary.revoked).toBeGreaterThan(0);
  },
  60_000,
);
