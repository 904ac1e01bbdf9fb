// From the start of the program to its first authenticated answer, on a folder that has been in use.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstAnswer, makeKey } from './lib/first-answer.mjs';
import { median, span, table } from './lib/report.mjs';

const rounds = Number(process.env.ROUNDS ?? 15);
const bound = 400;

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
try {
  const key = await makeKey(folder);
  const taken = [];
  for (let round = -2; round < rounds; round += 1) {
    const { ms } = await firstAnswer(folder, key);
    if (round >= 0) taken.push(ms);
  }
  const report = table('Milliseconds from the start of the process to its first authenticated tools/call', [
    'median',
    'bound',
    'least–most',
    'Node alone, an empty program',
  ]);
  const at = median(taken);
  report.row([at.toFixed(0), `< ${bound}`, span(taken, 0), (await nodeAlone()).toFixed(0)], at < bound);
  report.done();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function nodeAlone() {
  const taken = [];
  for (let round = 0; round < 5; round += 1) {
    const began = performance.now();
    await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit');
    taken.push(performance.now() - began);
  }
  return median(taken);
}
