import { setTimeout } from 'node:timers/promises';
import { sha256 } from '../domain/presented.js';
import type { Seal } from '../domain/seal.js';
import type { ArtifactStore } from '../store/artifacts.js';

/** A second click, or a third, while the first is on its way. */
const AGAIN_MS = 30_000;
const LOOKS = 10;
const PAUSE_MS = 50;

export interface KeptAnswersOptions {
  /** Of which answers. */
  readonly kind: string;
  readonly store: ArtifactStore;
  readonly seal: Seal;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/**
 * What a form that works once was answered. A browser that is told to send it again while it waits, by a second click on a slow line, drops
 * the first answer unseen: so whoever sends the same form, by a secret of that form, is answered the same, sealed meanwhile.
 */
export class KeptAnswers {
  readonly #options: KeptAnswersOptions;

  constructor(options: KeptAnswersOptions) {
    this.#options = options;
  }

  async keep(secret: string, answer: string): Promise<void> {
    const { kind, store, seal, now } = this.#options;
    const hash = sha256(secret);
    const payload = JSON.stringify(seal.close(answer, hash));
    await store.put({ kind, hash, payload, handle: null, grant: null, expiresAt: now() + AGAIN_MS, consumedAt: null });
  }

  /** Half a second is waited for one that is being made. undefined: there was none, or it was too long ago. */
  async find(secret: string): Promise<string | undefined> {
    const { kind, store, seal, now } = this.#options;
    const hash = sha256(secret);
    for (let looks = LOOKS; looks > 0; looks -= 1) {
      const kept = await store.find(kind, hash);
      if (kept !== undefined) return kept.expiresAt <= now() ? undefined : seal.open(JSON.parse(kept.payload), hash);
      await setTimeout(PAUSE_MS);
    }
    return undefined;
  }
}
