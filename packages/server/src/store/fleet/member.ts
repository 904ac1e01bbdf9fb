import { type Instant, Lease, type LeaseEffect } from './lease.js';
import { type Tags, decode, encode, encodeAcks } from './messages.js';
import { Rounds, type RoundsEffect } from './rounds.js';
import type { FleetSettings } from './settings.js';
import { type Row, Watch } from './watch.js';

export type Effect =
  | LeaseEffect
  | RoundsEffect
  /** Drop what depends on the tags, before this call returns. */
  | { readonly do: 'drop'; readonly tags: Tags }
  | { readonly do: 'ack'; readonly messages: readonly string[] }
  /** Delete the row where it still has that beat; committed to disk before it is answered. */
  | { readonly do: 'bury'; readonly id: string; readonly beat: number };

export interface MemberOptions {
  readonly settings: FleetSettings;
  /** Unguessable is not needed; never given twice is. */
  readonly newId: () => string;
  /** Whether it has caches to trust. One that has not takes part only to ask. */
  readonly serves: boolean;
  /**
   * What is to be done now. Statements go to the one session that is open for them at this moment, in order, or fail: none is
   * kept for a later session, because it was decided on what was read in this one. What became of an effect is told later,
   * never from within this call.
   */
  readonly out: (effect: Effect) => void;
}

/**
 * One process's part in the fleet, without input, output, clocks or timers of its own: it is told what happened and when, and
 * says what to do. docs/decisions/0012-the-fleet-protocol.md has the proof.
 */
export class Member {
  readonly #options: MemberOptions;
  readonly #lease: Lease;
  readonly #rounds: Rounds;
  readonly #watch: Watch;
  readonly #burying = new Set<string>();
  #answers: string[] = [];
  #listens = false;

  constructor(options: MemberOptions) {
    const { settings, newId, out } = options;
    this.#options = options;
    this.#watch = new Watch(settings.leaseMs);
    this.#lease = new Lease(settings, newId, out);
    this.#rounds = new Rounds(newId(), settings, (id) => this.#lease.owns(id), out);
  }

  current(now: Instant): boolean {
    return this.#lease.current(now);
  }

  /** When the beat was sent by which this process trusts, or trusted; undefined where none counts any more. */
  get trustedFrom(): Instant | undefined {
    return this.#lease.trustedFrom;
  }

  /** When `tick` is due, by the clock that only runs. */
  get dueAt(): number {
    const burying = this.#rounds.waiting ? this.#watch.dueAt(this.#unburied()) : Number.POSITIVE_INFINITY;
    return Math.min(this.#lease.dueAt, this.#rounds.dueAt, burying);
  }

  /** Answers to questions heard in this turn wait for `flush`. */
  get hasAnswers(): boolean {
    return this.#answers.length > 0;
  }

  join(): void {
    if (this.#options.serves) this.#lease.join();
  }

  leave(): void {
    this.#lease.leave();
  }

  /** Call it when the change is committed, and after this process itself has dropped what it touched. */
  barrier(barrier: number, tags: Tags, now: Instant): void {
    if (!this.#options.serves && !this.#listens) {
      this.#listens = true;
      this.#options.out({ do: 'listen' });
    }
    this.#rounds.begin(barrier, tags, now.mono);
  }

  /** A new session listens: whatever is notified from now on is heard. */
  listening(now: Instant): void {
    if (this.#options.serves) this.#lease.listening(now);
    this.#rounds.askAgain(now.mono);
  }

  /** The listening session has ended, or has not begun to listen. */
  deaf(): void {
    if (this.#options.serves) this.#lease.deaf();
    else if (this.#listens) this.#options.out({ do: 'listen' });
  }

  heard(text: string, now: Instant): void {
    const message = decode(text);
    switch (message.is) {
      case 'beat':
        this.#lease.heard(message.id, message.beat, now);
        break;
      case 'ack':
        this.#rounds.acked(message.id, message.rounds);
        break;
      case 'ask':
        this.#options.out({ do: 'drop', tags: message.tags });
        if (this.#lease.id !== undefined) this.#answers.push(message.round);
        break;
      case 'changed':
        this.#options.out({ do: 'drop', tags: message.tags });
    }
  }

  /** One message for all that was asked in this turn. What was dropped stays dropped, so the answer is good under any later id too. */
  flush(): void {
    const rounds = this.#answers;
    this.#answers = [];
    if (rounds.length > 0 && this.#lease.id !== undefined) this.#options.out({ do: 'ack', messages: encodeAcks(this.#lease.id, rounds) });
  }

  registered(id: string): void {
    this.#lease.registered(id);
  }

  /** @param rows undefined where the row was not there any more, and took no beat */
  beaten(id: string, beat: number, rows: readonly Row[] | undefined, now: Instant): void {
    this.#lease.beaten(id, beat, rows !== undefined);
    if (rows === undefined) return;
    this.#read(rows, now);
    this.#rounds.read(rows);
  }

  asked(rows: readonly Row[], now: Instant): void {
    this.#read(rows, now);
    this.#rounds.asked(rows, now.mono);
  }

  /** @param gone whether the row still had that beat, and was deleted */
  buried(id: string, gone: boolean): void {
    this.#burying.delete(id);
    // One that lives after all, or was buried by somebody else: the next reading tells.
    this.#watch.gone(id);
    if (gone) this.#rounds.gone(id);
  }

  failed(effect: Effect, now: Instant): void {
    if (effect.do === 'ask') this.#rounds.askFailed(now.mono);
    else if (effect.do === 'bury') this.buried(effect.id, false);
    else if (effect.do === 'sound' || effect.do === 'register' || effect.do === 'beat') this.#lease.failed(effect);
  }

  /** There is a session for statements. */
  sessionOpened(now: Instant): void {
    this.#rounds.askAgain(now.mono);
  }

  /** The session for statements has ended, and each of those under way has failed. */
  sessionEnded(): void {
    this.#watch.forget();
  }

  tick(now: Instant): void {
    this.#lease.tick(now);
    this.#rounds.tick(now.mono);
    this.#bury(now);
  }

  #read(rows: readonly Row[], now: Instant): void {
    this.#watch.see(rows, now.mono);
    this.#bury(now);
  }

  #bury(now: Instant): void {
    for (const { id, beat } of this.#watch.still(now.mono)) {
      if (this.#burying.has(id) || this.#lease.owns(id)) continue;
      this.#burying.add(id);
      this.#options.out({ do: 'bury', id, beat });
    }
  }

  *#unburied(): Iterable<string> {
    for (const id of this.#rounds.awaited()) if (!this.#burying.has(id)) yield id;
  }
}

/** What `sound` and `beat` notify. */
export function beatMessage(id: string, beat: number): string {
  return encode({ is: 'beat', id, beat });
}
