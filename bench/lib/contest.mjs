// Measurements in processes of their own, so that none pays for another's garbage; the others idle while one works.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The one that this process is to be, where it was forked by `contest`. */
export const contestant = process.argv[2] === 'contestant' ? process.argv[3] : undefined;

/**
 * Forks `file` once for each name, and lets them work in turns: in each round each does its `counts[name]` pieces of work.
 * `told` is given what a piece of work answers.
 * @returns {Promise<Record<string, { wall: number, cpu: number }>[]>} microseconds for a piece, by round and name
 */
export async function contest(file, counts, { rounds, warmings = 2, env = {}, execArgv = [], told = () => {} }) {
  const names = Object.keys(counts);
  const children = new Map();
  try {
    for (const name of names) {
      const child = fork(fileURLToPath(file), ['contestant', name], { env: { ...process.env, ...env }, execArgv });
      children.set(name, child);
      await answerOf(child);
    }
    const taken = [];
    for (let round = -warmings; round < rounds; round += 1) {
      const now = {};
      for (const name of round % 2 === 0 ? names : [...names].reverse()) {
        children.get(name).send(counts[name]);
        now[name] = await answerOf(children.get(name));
        if (now[name].value !== undefined) told(now[name].value);
      }
      if (round >= 0) taken.push(now);
    }
    return taken;
  } finally {
    for (const child of children.values()) {
      if (!child.connected) continue;
      child.send('end');
      await once(child, 'exit');
    }
  }
}

/** Answers for this process: `work(count)` does so many pieces. What `prepare` does before each is not counted. */
export function compete({ prepare, work, close }) {
  process.on('message', async (message) => {
    if (message !== 'end') {
      await prepare?.();
      return process.send(await timed(message, work));
    }
    await close?.();
    process.disconnect();
  });
  process.send('ready');
}

async function timed(count, work) {
  const [before, used] = [performance.now(), process.cpuUsage()];
  const value = await work(count);
  const { user, system } = process.cpuUsage(used);
  return { wall: ((performance.now() - before) * 1000) / count, cpu: (user + system) / count, value };
}

async function answerOf(child) {
  const gone = new AbortController();
  try {
    const ended = once(child, 'exit', { signal: gone.signal }).then(([code]) => {
      throw new Error(`A contestant ended with ${code}`);
    });
    return (await Promise.race([once(child, 'message', { signal: gone.signal }), ended]))[0];
  } finally {
    gone.abort();
  }
}
