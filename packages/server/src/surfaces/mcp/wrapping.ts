import type { Platform } from '../../runtime/platform.js';
import type { Era } from './versions.js';

/** What an era puts around every result: JSON before the first member and after the last. */
export interface Wrapping {
  readonly era: Era;
  readonly open: string;
  readonly close: string;
  /** Hints on how long, and for whom, a list may be kept; with a comma before. */
  readonly listHints: string;
  /** The same for what a resource holds. */
  readonly readHints: string;
}

/** A list of tools changes when rights change; each call is checked anew whatever a client has kept. */
const LIST_TTL_MS = 60_000;

export function legacyWrapping(): Wrapping {
  return { era: 'legacy', open: '', close: '', listHints: '', readHints: '' };
}

/** 2026-07-28: each result says that it is complete, and whose it is. */
export function modernWrapping(platform: Platform): Wrapping {
  const meta = JSON.stringify({ 'io.modelcontextprotocol/serverInfo': { name: platform.name, version: platform.version } });
  return {
    era: 'modern',
    open: '"resultType":"complete",',
    close: `,"_meta":${meta}`,
    listHints: `,"ttlMs":${LIST_TTL_MS},"cacheScope":"private"`,
    // Nobody knows how long it stays as it is.
    readHints: ',"ttlMs":0,"cacheScope":"private"',
  };
}
