import type { Store } from '../../store/store.js';

/** One who registered and whom nobody let in is gone within a minute of the hour. */
const SWEEP_MS = 60_000;
/** What has ended is known for so long, so that a replay is told from nonsense and the log can say why something is refused. */
const KNOWN_MS = 86_400_000;

export interface UpkeepOptions {
  readonly store: Pick<Store, 'clients' | 'grants' | 'tokens' | 'artifacts' | 'invitations'>;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Takes note of what went wrong beside the calls. */
  readonly failed: (event: string, error: unknown) => void;
}

/** Forgets what the authorization server needs no longer, and invitations, beside the calls. Several processes may do so at once. */
export class AuthorizationUpkeep {
  readonly #options: UpkeepOptions;
  readonly #timer: NodeJS.Timeout;
  #sweeping: Promise<void> | undefined;
  #closed = false;

  constructor(options: UpkeepOptions) {
    this.#options = options;
    this.#timer = setInterval(() => {
      this.#sweeping ??= this.sweep()
        .catch((error: unknown) => options.failed('authorization_upkeep_failed', error))
        .finally(() => {
          this.#sweeping = undefined;
        });
    }, SWEEP_MS).unref();
  }

  /** Tokens before their grants: a grant lasts as long as one of its tokens. */
  async sweep(): Promise<void> {
    const { clients, tokens, grants, artifacts, invitations } = this.#options.store;
    const now = this.#options.now();
    const before = now - KNOWN_MS;
    for (const forget of [
      () => clients.forget(now),
      () => invitations.forget(now),
      () => tokens.forget(before),
      () => grants.forget(before),
      () => artifacts.forget(before),
    ]) {
      while (!this.#closed && (await forget()));
    }
  }

  /** Settles when nothing is under way any more; what is left over is for the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#sweeping;
  }
}
