// Three real processes on one PostgreSQL: a key that was revoked is accepted by none of them, whatever befalls them.
import { randomInt } from 'node:crypto';
import { driveFleet } from './fleet/drive.mjs';

export const about =
  'three processes, 10,000 revocations by eight clients, with a process killed, paused, cut off, and the database restarted: [revocations] [seed]; about five minutes';

export async function prove([revocationsGiven = '10000', seedGiven]) {
  const revocations = Number(revocationsGiven);
  const seed = Number(seedGiven ?? randomInt(2 ** 31));
  if (!(revocations >= 1) || !Number.isSafeInteger(seed)) throw new Error('A number of revocations and a seed are whole numbers');
  console.log(`seed ${seed}`);
  const summary = await driveFleet({ revocations, seed, say: (text) => console.log(`… ${text}`) });
  for (const line of report(summary)) console.log(line);
  return summary.accepted.length === 0 && summary.refusedAfter > 0;
}

/** @returns {readonly string[]} */
export function report({ byPhase, revocations, accepted, refusedAfter, probes, unavailable, unreachable }) {
  return [
    '| what befalls the fleet | revocations | median ms | p99 ms | longest ms | longest, asked of the struck process | accepted after the answer |',
    '|---|---|---|---|---|---|---|',
    ...byPhase.map((one) => `| ${[one.phase, one.revocations, one.medianMs, one.p99Ms, one.longestMs, one.ofStruckMs, one.accepted].join(' | ')} |`),
    '',
    `${revocations} revocations, ${probes} requests; refused after the answer ${refusedAfter}, answered 503 ${unavailable}, not answered ${unreachable}`,
    `accepted after the answer: ${accepted.length}`,
    ...accepted.slice(0, 10).map((one) => `  process ${one.member}, ${one.msAfter} ms after the answer, while ${one.phase}`),
  ];
}
