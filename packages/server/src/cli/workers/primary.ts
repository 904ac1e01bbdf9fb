import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import cluster, { type Worker } from 'node:cluster';
import type { Config, Logger } from '../../index.js';
import { cannotListen } from '../listening.js';
import { packageFolder } from '../own-package.js';
import type { Surroundings } from '../setup.js';
import { Gathering } from './gathering.js';
import { Slot } from './slot.js';

const PROGRAM = join(packageFolder, 'bin/worker.mjs');

export interface Workers {
  /** Where all of them listen. */
  readonly url: string;
  /** The process ids of those that live. */
  pids(): readonly number[];
  /** Lets what runs finish in all of them, and ends them. */
  close(): Promise<void>;
}

/**
 * Serves with several processes on one port. This one serves nothing: it hands connections out in turn, and starts anew what ends.
 * Settles when all listen. @throws with the words of the first that could not start; then none is left
 */
export async function startWorkers(count: number, { host, port }: Config, { flags }: Surroundings, { log }: Logger): Promise<Workers> {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  cluster.setupPrimary({ exec: PROGRAM, args: [] });
  // One number for all, and for those that are started later.
  const given = { ...flags, port: String(port === 0 ? await freePort(host) : port) };
  const gathering = new Gathering();
  const forked = (worker: Worker): void => gathering.join(worker);
  const slots = Array.from({ length: count }, (_, index) => new Slot({ number: index + 1, flags: given, log, forked }));
  const close = async () => {
    await Promise.all(slots.map((slot) => slot.stop()));
  };
  try {
    const [url = ''] = await Promise.all(slots.map((slot) => slot.start()));
    return { url, close, pids: () => slots.flatMap(({ pid }) => pid ?? []) };
  } catch (error) {
    await close();
    throw error;
  }
}

function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => reject(cannotListen(host, 0, error)));
    probe.listen(0, host, () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
