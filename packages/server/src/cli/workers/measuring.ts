import type { Snapshot } from '../../domain/metrics.js';
import { refuse } from '../../index.js';
import { type ToWorker, tell } from './wire.js';

/** Longer than the first process waits for the slowest of us. */
const PATIENCE_MS = 3000;

/** Says what this worker has measured when it is asked to; and asks, through the first process, what all have. */
export function gathering(own: () => Snapshot): () => Promise<Snapshot> {
  const asked = new Map<number, (snapshot: Snapshot) => void>();
  let asks = 0;
  process.on('message', (told: ToWorker) => {
    if (told.is === 'measure') tell({ is: 'measurements', round: told.round, snapshot: own() });
    if (told.is === 'measured') asked.get(told.asked)?.(told.snapshot);
  });
  return () =>
    new Promise((resolve, reject) => {
      asks += 1;
      const number = asks;
      const patience = setTimeout(() => {
        asked.delete(number);
        reject(refuse('unavailable', 'The other processes did not say what they have measured.', { retryAfterSeconds: 1 }));
      }, PATIENCE_MS);
      asked.set(number, (snapshot) => {
        clearTimeout(patience);
        asked.delete(number);
        resolve(snapshot);
      });
      tell({ is: 'gather', asked: number });
    });
}
