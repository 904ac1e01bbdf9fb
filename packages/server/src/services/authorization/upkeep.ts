import type { Store } from '../../store/store.js';
import { Upkeep } from '../upkeep.js';

/** One who registered and whom nobody let in is gone within a minute of the hour. */
const SWEEP_MS = 60_000;
/** What has ended is known for so long, so that a replay is told from nonsense and the log can say why something is refused. */
const KNOWN_MS = 86_400_000;

export interface AuthorizationUpkeepOptions {
  readonly store: Pick<Store, 'clients' | 'grants' | 'tokens' | 'artifacts' | 'invitations'>;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Takes note of what went wrong beside the calls. */
  readonly failed: (event: string, error: unknown) => void;
}

/** Forgets what the authorization server needs no longer, and invitations, beside the calls. Several processes may do so at once. */
export class AuthorizationUpkeep {
  readonly #options: AuthorizationUpkeepOptions;
  readonly #upkeep: Upkeep;
  #closed = false;

  constructor(options: AuthorizationUpkeepOptions) {
    this.#options = options;
    this.#upkeep = new Upkeep({ everyMs: SWEEP_MS, sweep: () => this.sweep(), failed: (error) => options.failed('authorization_upkeep_failed', error) });
  }

  /** Tokens before their grants: a grant lasts as long as one of its tokens. */
  async sweep(): Promise<void> {
    const { clients, tokens, grants, artifacts, invitations } = this.#options.store;
    const now = this.#options.now();
    const before = now - KNOWN_MS;
    for (const forget of [
      () => clients.forget(now),
      () => invitations.forget(now),
      () => artifacts.forget(now),
      () => tokens.forget(before),
      () => grants.forget(before),
    ]) {
      while (!this.#closed && (await forget()));
    }
  }

  /** Settles when nothing is under way any more; what is left over is for the next start. */
  close(): Promise<void> {
    this.#closed = true;
    return this.#upkeep.close();
  }
}
