import { expect, test } from 'vitest';
import { report } from '../../scripts/prove/fuzz.mjs';
import { driveFuzz } from '../../scripts/prove/fuzz/drive.mjs';
import { duplicates, stopReading, streams } from '../../scripts/prove/fuzz/phases.mjs';

// The short form of `npm run prove -- fuzz`.
test('no malformed request is answered with a 5xx, hangs, crashes the server or shows what is inside', async () => {
  const tally = await driveFuzz({ count: 20_000, seconds: 3, phases: [duplicates, streams, stopReading], seed: 20_260_131 });
  expect(tally.faults, report(tally).join('\n')).toEqual([]);
  expect(tally.sent).toBeGreaterThan(500);
}, 60_000);
