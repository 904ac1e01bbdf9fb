import type { FleetSettings } from './settings.js';

/** One moment by two clocks, in milliseconds: one that only runs, and the machine's time of day. */
export interface Instant {
  readonly mono: number;
  readonly wall: number;
}

export type LeaseEffect =
  /** End the listening session, if there is one, and open another; its end and its start are told to the core. */
  | { readonly do: 'listen' }
  /** Notify the beat 0 of `id`, to hear whether it can be heard. */
  | { readonly do: 'sound'; readonly id: string }
  /** Insert the row of `id` with beat 0, and delete those of `former`; committed to disk before it is answered. */
  | { readonly do: 'register'; readonly id: string; readonly former: readonly string[] }
  /** Store the beat where the row is still there and notify it, in one statement. */
  | { readonly do: 'beat'; readonly id: string; readonly beat: number }
  /** Delete these rows: they are this process's own, and it trusts by none of them. */
  | { readonly do: 'leave'; readonly ids: readonly string[] }
  | { readonly do: 'drop'; readonly tags: 'everything' };

/**
 * May this process trust its caches? Yes for `trustMs` from before it sent a beat that was stored in its row and heard on its
 * listening session. A process takes part under an id of its own, in this order: it listens; it hears itself; its row is
 * stored; it drops all that it knew; it trusts. Whatever goes wrong ends the trust at once, and all begins anew under another id.
 */
export class Lease {
  readonly #settings: FleetSettings;
  readonly #newId: () => string;
  readonly #out: (effect: LeaseEffect) => void;
  #phase: 'out' | 'opening' | 'sounding' | 'registering' | 'member' = 'out';
  #id = '';
  /** Rows of this process that may still be there. */
  #former: string[] = [];
  #beat = 0;
  #sentAt: Instant = { mono: 0, wall: 0 };
  #stored = false;
  #heard = false;
  /** Nobody will say whether the last beat was stored. */
  #lost = false;
  /** How many beats' time has gone by since the last confirmation. */
  #silent = 0;
  #tickAt = Number.POSITIVE_INFINITY;
  /** When the last confirmed beat was sent. */
  #trustedFrom: Instant | undefined;

  constructor(settings: FleetSettings, newId: () => string, out: (effect: LeaseEffect) => void) {
    this.#settings = settings;
    this.#newId = newId;
    this.#out = out;
  }

  /** Asked on every call. The time of day tells of a machine that slept: some monotonic clocks sleep with it. */
  current({ mono, wall }: Instant): boolean {
    const from = this.#trustedFrom;
    if (from === undefined) return false;
    const { trustMs } = this.#settings;
    return mono - from.mono < trustMs && wall >= from.wall && wall - from.wall < trustMs;
  }

  /** When the beat was sent by which this process trusts, or trusted; undefined where none counts any more. */
  get trustedFrom(): Instant | undefined {
    return this.#trustedFrom;
  }

  /** The id that others may wait for, if any. */
  get id(): string | undefined {
    return this.#phase === 'registering' || this.#phase === 'member' ? this.#id : undefined;
  }

  /** Whether it is a row of this process. */
  owns(id: string): boolean {
    return id === this.#id || this.#former.includes(id);
  }

  get dueAt(): number {
    return this.#tickAt;
  }

  join(): void {
    if (this.#phase === 'out') this.#restart();
  }

  /** Stops trusting, then takes the rows away, so that nobody waits for this process. */
  leave(): void {
    this.#withdraw();
    this.#phase = 'out';
    this.#tickAt = Number.POSITIVE_INFINITY;
  }

  listening(now: Instant): void {
    if (this.#phase !== 'opening') return;
    this.#phase = 'sounding';
    this.#id = this.#newId();
    this.#lost = false;
    this.#silent = 0;
    this.#tickAt = now.mono + this.#settings.beatMs;
    this.#out({ do: 'sound', id: this.#id });
  }

  /** The listening session has ended, or has not begun to listen. */
  deaf(): void {
    if (this.#phase !== 'out') this.#restart();
  }

  heard(id: string, beat: number, now: Instant): void {
    if (id !== this.#id) return;
    if (this.#phase === 'sounding') this.#register(now);
    else if (this.#phase === 'member' && beat === this.#beat) {
      this.#heard = true;
      this.#confirm();
    }
  }

  /** The row is stored. What was read before this may be older than a change whose maker did not see the row, and did not wait. */
  registered(id: string): void {
    if (this.#phase !== 'registering' || id !== this.#id) return;
    this.#phase = 'member';
    this.#former = [];
    this.#out({ do: 'drop', tags: 'everything' });
    this.#stored = true;
    this.#heard = true;
    this.#confirm();
  }

  /** @param there whether the row was still there to take the beat: if not, this process was buried, and others did not wait for it */
  beaten(id: string, beat: number, there: boolean): void {
    if (this.#phase !== 'member' || id !== this.#id) return;
    if (!there) this.#restart();
    else if (beat === this.#beat) {
      this.#stored = true;
      this.#confirm();
    }
  }

  /** An effect came to nothing, or nobody knows. A lost beat is made up for by the next one. */
  failed(effect: LeaseEffect): void {
    if (effect.do === 'beat' && this.#phase === 'member' && effect.id === this.#id && effect.beat === this.#beat) {
      this.#lost = true;
    } else if ((effect.do === 'sound' || effect.do === 'register') && effect.id === this.#id) this.#restart();
  }

  tick(now: Instant): void {
    if (now.mono < this.#tickAt) return;
    this.#tickAt = now.mono + this.#settings.beatMs;
    if (this.#phase === 'member' && this.#confirmed) {
      this.#silent = 0;
      this.#send(now);
      return;
    }
    // An unheard beat is not followed by another: a process that cannot hear must not look alive to those who ask it.
    this.#silent += 1;
    if (this.#silent >= this.#settings.silentBeats) this.#restart();
    else if (this.#lost) this.#send(now);
  }

  get #confirmed(): boolean {
    return this.#stored && this.#heard;
  }

  #confirm(): void {
    if (this.#confirmed) this.#trustedFrom = this.#sentAt;
  }

  #register(now: Instant): void {
    this.#phase = 'registering';
    this.#beat = 0;
    this.#sentAt = now;
    this.#out({ do: 'register', id: this.#id, former: [...this.#former] });
  }

  #send(now: Instant): void {
    this.#beat += 1;
    this.#sentAt = now;
    this.#stored = false;
    this.#heard = false;
    this.#lost = false;
    this.#out({ do: 'beat', id: this.#id, beat: this.#beat });
  }

  #restart(): void {
    this.#withdraw();
    this.#phase = 'opening';
    this.#tickAt = Number.POSITIVE_INFINITY;
    this.#out({ do: 'listen' });
  }

  #withdraw(): void {
    this.#trustedFrom = undefined;
    if (this.id !== undefined) this.#former.push(this.id);
    if (this.#former.length > 0) this.#out({ do: 'leave', ids: [...this.#former] });
    this.#id = '';
  }
}
