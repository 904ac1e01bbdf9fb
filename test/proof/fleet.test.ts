import { expect, test } from 'vitest';
import { report } from '../../scripts/prove/fleet.mjs';
import { driveFleet } from '../../scripts/prove/fleet/drive.mjs';

// The short form of `npm run prove -- fleet`.
test('three processes: no request that began after the answer to its revocation is accepted, while one is killed, one paused, one cut off and the database restarted', async () => {
  const summary = await driveFleet({ revocations: 60, clients: 3, pauseMs: 2_500, durable: false });
  expect(summary.accepted, report(summary).join('\n')).toEqual([]);
  expect(summary.refusedAfter).toBeGreaterThan(60);
  for (const { phase, revocations } of summary.byPhase) expect(revocations, phase).toBeGreaterThan(0);
}, 120_000);
