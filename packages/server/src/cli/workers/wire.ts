import type { Snapshot } from '../../domain/metrics.js';
import type { Flags } from '../../index.js';

/** What the first process tells a worker. Flags go this way, since others can see a command line. */
export type ToWorker =
  | { readonly is: 'start'; readonly flags: Flags }
  | { readonly is: 'stop' }
  /** Says what this worker has measured, as `measurements` of the same round. */
  | { readonly is: 'measure'; readonly round: number }
  /** What all have measured, for a worker that has asked. */
  | { readonly is: 'measured'; readonly asked: number; readonly snapshot: Snapshot };

/** What a worker tells it. What it is told before it is ready is lost: its modules are loaded while its channel is open already. */
export type FromWorker =
  | { readonly is: 'ready' }
  | { readonly is: 'listening'; readonly url: string }
  | { readonly is: 'failed'; readonly error: string; readonly code: string }
  | { readonly is: 'gather'; readonly asked: number }
  | { readonly is: 'measurements'; readonly round: number; readonly snapshot: Snapshot };

/** Tells the first process something, as one of its workers. */
export function tell(message: FromWorker, sent: () => void = () => {}): void {
  process.send?.(message, undefined, undefined, sent);
}
