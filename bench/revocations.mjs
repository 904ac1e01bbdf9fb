// Revocations over HTTP on three processes under load: from the request to its answer, which comes when none of them accepts the key.
import { driveFleet } from '../scripts/prove/fleet/drive.mjs';
import { table } from './lib/report.mjs';

const revocations = Number(process.env.REVOCATIONS ?? 600);
const bound = 50;
const report = table('Milliseconds from the request to the answer, three processes, one PostgreSQL that waits for the disk', [
  'load',
  'requests a second',
  'median',
  'bound',
  'p99',
  'longest',
  'accepted after the answer',
]);
for (const [load, clients, restMs] of [
  ['a client who revokes, and uses each key on every process', 1, 5],
  ['eight such clients', 8, 25],
]) {
  const began = performance.now();
  const { byPhase, probes } = await driveFleet({ revocations, clients, restMs, withFaults: false });
  const [{ medianMs, p99Ms, longestMs, accepted }] = byPhase;
  const rate = probes / ((performance.now() - began) / 1000);
  report.row([load, rate.toFixed(0), medianMs, `< ${bound}`, p99Ms, longestMs, accepted], medianMs < bound && accepted === 0);
}
report.done();
