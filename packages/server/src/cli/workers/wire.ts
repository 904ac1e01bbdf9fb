import type { Flags } from '../../index.js';

/** What the first process tells a worker. Flags go this way, since others can see a command line. */
export type ToWorker = { readonly is: 'start'; readonly flags: Flags } | { readonly is: 'stop' };

/** What a worker tells it. */
export type FromWorker = { readonly is: 'listening'; readonly url: string } | { readonly is: 'failed'; readonly error: string; readonly code: string };
