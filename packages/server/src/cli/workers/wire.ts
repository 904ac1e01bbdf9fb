import type { Flags } from '../../index.js';

/** What the first process tells a worker. Flags go this way, since others can see a command line. */
export type ToWorker = { readonly is: 'start'; readonly flags: Flags } | { readonly is: 'stop' };

/** What a worker tells it. What it is told before it is ready is lost: its modules are loaded while its channel is open already. */
export type FromWorker =
  | { readonly is: 'ready' }
  | { readonly is: 'listening'; readonly url: string }
  | { readonly is: 'failed'; readonly error: string; readonly code: string };
