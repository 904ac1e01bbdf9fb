import type { Tag } from '../../domain/principal.js';
import type { Seal } from '../../domain/seal.js';
import type { Platform } from '../../runtime/platform.js';
import type { Runtime, Signals } from '../../runtime/types.js';
import { Asks } from './asks.js';
import { Running } from './running.js';
import { Sessions } from './sessions.js';
import { Streams } from './streams.js';

/** What a line back to the client needs from outside. */
export interface LineOptions {
  /** A seal whose key serves this purpose alone. */
  readonly sealFor: (purpose: 'mcp-session' | 'mcp-answer' | 'request-state') => Seal;
  readonly signals: Signals;
  /** Tells what has changed, after whoever authenticates has heard it. */
  readonly onChange: (listener: (changed: readonly Tag[] | 'everything') => void) => void;
  readonly newId: () => string;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly log: (event: object) => void;
}

/** What the calls and streams of this process share. */
export interface Means {
  readonly streams: Streams;
  /** undefined: this platform has none. */
  readonly sessions: Sessions | undefined;
  readonly asks: Asks;
  readonly running: Running;
  /** Of unfinished stateless calls. */
  readonly stateSeal: Seal;
  readonly now: () => number;
}

export interface MeansOptions {
  readonly runtime: Pick<Runtime, 'authenticate'>;
  readonly platform: Pick<Platform, 'mcp'>;
}

export function meansOf({ sealFor, signals, onChange, newId, now, log }: LineOptions, { runtime: { authenticate }, platform: { mcp } }: MeansOptions): Means {
  return {
    streams: new Streams({ authenticate, onChange, log }),
    sessions: mcp.sessions ? new Sessions({ seal: sealFor('mcp-session'), signals, newId, now, log }) : undefined,
    asks: new Asks({ seal: sealFor('mcp-answer'), signals, log }),
    running: new Running(),
    stateSeal: sealFor('request-state'),
    now,
  };
}
