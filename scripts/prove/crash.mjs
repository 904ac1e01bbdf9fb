// The real server is killed under load, again and again: what it has acknowledged holds, and nothing of what it has not is half there.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { LOADS, driveCrashes } from './crash/drive.mjs';

export const about =
  'kill -9 of the real server under load, restarted and compared, on SQLite and on PostgreSQL: [times on each, 20 by default] [seed] [--load tickets|stock|programs]; about three minutes';

export async function prove(args) {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { load: { type: 'string', default: 'tickets' } } });
  const { load } = values;
  if (!Object.hasOwn(LOADS, load)) throw new Error(`--load is one of ${Object.keys(LOADS).join(', ')}`);
  const [timesGiven = '20', seedGiven] = positionals;
  const times = Number(timesGiven);
  const seed = Number(seedGiven ?? randomInt(2 ** 31));
  if (!(times >= 1) || !Number.isSafeInteger(seed)) throw new Error('A number of crashes and a seed are whole numbers');
  console.log(`seed ${seed}`);
  const all = [];
  for (const database of ['sqlite', 'postgres'])
    all.push(await driveCrashes({ load, database, times, seed, say: (text) => console.log(`… ${database}: ${text}`) }));
  for (const line of report(all)) console.log(line);
  return all.every(({ faults }) => faults.length === 0);
}

/** @returns {readonly string[]} */
export function report(all) {
  return [
    '| database | crashes of the server | of the database | keys or programs | revocations | what else was done | changes | without an answer | slowest start ms | faults |',
    '|---|---|---|---|---|---|---|---|---|---|',
    ...all.map(
      ({ database, crashes, outages, keys, revoked, tickets, updates, unanswered, slowestStartMs, faults }) =>
        `| ${[database, crashes, outages, keys, revoked, tickets, updates, unanswered, Math.round(slowestStartMs), faults.length].join(' | ')} |`,
    ),
    ...all.flatMap(({ database, faults }) => faults.slice(0, 20).map((fault) => `  ${database}: ${fault}`)),
  ];
}
