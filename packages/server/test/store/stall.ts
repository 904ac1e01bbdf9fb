import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** From and to, in milliseconds of the clock that all threads of a process share. */
type Gap = readonly [from: number, to: number];

const LIMIT_MS = 50;
const ATTEMPTS = 6;

/** Notes when a timer of 1 ms came late, until it is told to stop. Stands on nothing outside of it: the other thread gets it as text. */
function watch(): () => Gap[] {
  const now = (): number => Number(process.hrtime.bigint()) / 1e6;
  const gaps: Gap[] = [];
  let last = now();
  const tick = (): void => {
    const time = now();
    if (time - last > 5) gaps.push([last, time]);
    last = time;
  };
  const timer = setInterval(tick, 1);
  return () => {
    clearInterval(timer);
    tick();
    return gaps;
  };
}

/**
 * The longest time, in milliseconds, for which this thread held up its event loop while `work` ran. A busy machine takes the processor away
 * at any moment; a second thread that does nothing but watch the clock is then late too, and what both missed is not counted. Since that
 * tells only most of it, a bad attempt is repeated, a few times: what the store itself does is the same each time.
 */
export async function leastStall(work: (attempt: number) => Promise<void>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < ATTEMPTS && least >= LIMIT_MS; attempt += 1) {
    least = Math.min(least, await stallOf(() => work(attempt)));
  }
  return least;
}

async function stallOf(work: () => Promise<void>): Promise<number> {
  const program = `const { parentPort } = require('node:worker_threads');
    const stop = (${watch.toString()})();
    parentPort.once('message', () => parentPort.postMessage(stop()));
    parentPort.postMessage('ready');`;
  const witness = new Worker(program, { eval: true });
  try {
    await once(witness, 'message');
    const stop = watch();
    await work();
    const own = stop();
    witness.postMessage('stop');
    const [machine] = (await once(witness, 'message')) as [Gap[]];
    return Math.max(0, ...own.map((gap) => machine.reduce((rest, other) => rest - overlap(gap, other), gap[1] - gap[0])));
  } finally {
    await witness.terminate();
  }
}

function overlap(a: Gap, b: Gap): number {
  return Math.max(0, Math.min(a[1], b[1]) - Math.max(a[0], b[0]));
}
