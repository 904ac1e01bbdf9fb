import type { Logger } from '../adapters/log.js';
import type { Config } from '../config.js';
import type { Database, Internals } from '../open-store.js';
import type { Platform } from '../runtime/platform.js';
import type { Vault } from '../services/vault.js';
import type { Store } from '../store/store.js';

export interface GatehouseOptions {
  readonly platform: Platform;
  readonly config: Config;
  readonly logger: Logger;
  readonly database: Database;
  /** At least 32 random characters. */
  readonly rootSecret: string;
  /** Unix milliseconds. @default the machine's clock */
  readonly now?: () => number;
  /** What handlers draw by (`context.randomInt`). @default node:crypto's `randomInt` */
  readonly randomInt?: (bound: number) => number;
  /** Shows whoever develops what nobody else is to see, such as a link that signs in. Never called in production. @default standard error */
  readonly print?: (text: string) => void;
}

/** What everything is wired over. */
export interface Opened {
  readonly store: Store;
  readonly vault: Vault;
  readonly now: () => number;
  readonly gathering: Internals['gathering'];
  readonly outside: Internals['outside'];
}
