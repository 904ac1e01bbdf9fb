/** Protocol versions that open with `initialize`, newest first. */
export const LEGACY_VERSIONS: readonly string[] = ['2025-11-25', '2025-06-18', '2025-03-26'];

/** The only version that has JSON-RPC batches. */
export const BATCH_VERSION = '2025-03-26';

/** The stateless version, where each request carries its version and capabilities in `_meta`. */
export const MODERN_VERSION = '2026-07-28';

export type Era = 'legacy' | 'modern';
