// Malformed requests of every kind, as many as there is time for: none may be answered with a 5xx, hang, crash the server or stay in its memory.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { driveFuzz } from './fuzz/drive.mjs';
import { duplicates, manyConnections, slowClients, stopReading, streams } from './fuzz/phases.mjs';
import { PLATFORMS } from './fuzz/world.mjs';

export const about =
  'malformed requests over raw sockets against the real program: [<count> or <seconds>s, 60s by default] [seed] [--platform nenjo|neuralrepo|nippy] [--database postgres]; a million takes some ten minutes';

export async function prove(args) {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { database: { type: 'string' }, platform: { type: 'string' } } });
  const { database = 'sqlite', platform = 'nenjo' } = values;
  if (database !== 'sqlite' && database !== 'postgres') throw new Error('--database is sqlite or postgres');
  if (!PLATFORMS.includes(platform)) throw new Error(`--platform is one of ${PLATFORMS.join(', ')}`);
  const [extent = '60s', seedGiven] = positionals;
  const seed = Number(seedGiven ?? randomInt(2 ** 31));
  const limit = extent.endsWith('s') ? { seconds: Number(extent.slice(0, -1)) } : { count: Number(extent) };
  if (!Number.isSafeInteger(seed) || !(Object.values(limit)[0] > 0))
    throw new Error('Give a number of requests or of seconds, such as 100000 or 60s, and a seed');
  console.log(`seed ${seed}, ${platform} on ${database}`);
  const tally = await driveFuzz({
    ...limit,
    seed,
    platform,
    database,
    phases: [duplicates, streams, stopReading, manyConnections, slowClients],
    say: (text) => console.log(`… ${text}`),
  });
  for (const line of report(tally)) console.log(line);
  return tally.faults.length === 0;
}

/** @returns {readonly string[]} */
export function report({ counts, sent, faults, seed, base, early, end, slowestMs, began, world }) {
  const rows = [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, byStatus]) => {
      const statuses = [...byStatus].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)).map(([status, n]) => `${status}: ${n}`);
      return `| ${name} | ${[...byStatus.values()].reduce((sum, n) => sum + n, 0)} | ${statuses.join(', ')} |`;
    });
  return [
    '| class | answers | by status |',
    '|---|---|---|',
    ...rows,
    '',
    `${sent.toLocaleString('en')} requests in ${Math.round((performance.now() - began) / 1000)} s, seed ${seed}`,
    `memory ${[base?.rssMb, early, end?.rssMb].map((mb) => Math.round(mb ?? 0)).join(' → ')} MB (at the beginning, after a tenth, at the end); open files ${base?.openFiles} → ${end?.openFiles}`,
    `slowest canary ${Math.round(slowestMs ?? 0)} ms; lines logged: ${[...world.log.counts].map(([event, n]) => `${event} ${n}`).join(', ')}`,
    `faults: ${faults.length}`,
    ...faults.flatMap(({ name, what, bytes, answer }) => [
      `  ${name}: ${what}${answer === '' ? '' : `: ${answer}`}`,
      ...(bytes === '' ? [] : [`    ${bytes.slice(0, 6000)}`]),
    ]),
  ];
}
