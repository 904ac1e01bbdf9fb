import type { Tag } from '../../domain/principal.js';
import { type Tags, encode } from './messages.js';
import type { FleetSettings } from './settings.js';
import type { Row } from './watch.js';

export type RoundsEffect =
  /** Notify the messages and read all rows, in one statement. Answered in the order asked, or failed. */
  | { readonly do: 'ask'; readonly messages: readonly string[] }
  | { readonly do: 'settle'; readonly barrier: number }
  | { readonly do: 'give up'; readonly barrier: number };

/** While a dead process holds up more rounds than this, further barriers gather for longer, so that the repetitions stay few. */
const CROWDED = 16;
const CROWDED_REST_MS = 25;

interface Round {
  readonly name: string;
  readonly barriers: number[];
  /** A list, or undefined for everything. */
  tags: Set<Tag> | undefined;
  readonly since: number;
  readonly acked: Set<string>;
  /** Who is still to answer; undefined until the rows were read. */
  waitsFor: Set<string> | undefined;
  askAt: number;
}

/**
 * The barriers of one process. A round asks every process whose row is there after the change to drop what the change touched,
 * and ends when each has answered or its row is gone. Whose row comes later begins with nothing in its caches.
 * One statement is under way at a time, and the next takes all that wait: none joins a statement that may have read already.
 */
export class Rounds {
  readonly #asker: string;
  readonly #settings: FleetSettings;
  readonly #isOwn: (id: string) => boolean;
  readonly #out: (effect: RoundsEffect) => void;
  readonly #open = new Map<string, Round>();
  #count = 0;
  /** Takes in barriers until it is asked for the first time. */
  #gathering: Round | undefined;
  #underWay: readonly Round[] | undefined;
  /** After a failed statement, or in a crowd: when to ask again. */
  #restUntil = Number.NEGATIVE_INFINITY;

  /** @param asker names this process in its rounds: a fresh one for each start, so that a late answer to another start is no answer */
  constructor(asker: string, settings: FleetSettings, isOwn: (id: string) => boolean, out: (effect: RoundsEffect) => void) {
    this.#asker = asker;
    this.#settings = settings;
    this.#isOwn = isOwn;
    this.#out = out;
  }

  get waiting(): boolean {
    return this.#open.size > 0;
  }

  /** Everyone who is waited for. */
  *awaited(): Iterable<string> {
    for (const { waitsFor } of this.#open.values()) if (waitsFor !== undefined) yield* waitsFor;
  }

  get dueAt(): number {
    let first = Number.POSITIVE_INFINITY;
    for (const { since, askAt } of this.#open.values()) {
      first = Math.min(first, since + this.#settings.giveUpMs);
      if (this.#underWay === undefined) first = Math.min(first, Math.max(askAt, this.#restUntil));
    }
    return first;
  }

  /** The change is committed, and this process has dropped what it touched. */
  begin(barrier: number, tags: Tags, now: number): void {
    this.#gathering ??= this.#newRound(now);
    const round = this.#gathering;
    round.barriers.push(barrier);
    if (tags === 'everything') round.tags = undefined;
    else for (const tag of tags) round.tags?.add(tag);
    this.#ask(now);
  }

  /** A session is there again: questions or answers may have been missed. */
  askAgain(now: number): void {
    for (const round of this.#open.values()) round.askAt = now;
    this.#restUntil = now;
    this.#ask(now);
  }

  acked(id: string, names: readonly string[]): void {
    for (const name of names) {
      const round = this.#open.get(name);
      // It may be heard before the rows are.
      round?.acked.add(id);
      if (round?.waitsFor?.delete(id)) this.#settleIfDone(round);
    }
  }

  asked(rows: readonly Row[], now: number): void {
    for (const round of this.#underWay ?? []) {
      round.waitsFor ??= new Set(rows.map(({ id }) => id).filter((id) => !round.acked.has(id) && !this.#isOwn(id)));
    }
    this.#underWay = undefined;
    this.read(rows);
    this.#ask(now);
  }

  /** Nobody knows whether it was heard, and it has read nothing: it is asked again. */
  askFailed(now: number): void {
    for (const round of this.#underWay ?? []) round.askAt = now;
    this.#underWay = undefined;
    this.#restUntil = now + this.#settings.askAgainMs;
  }

  /** The rows as they were read after every reading before. */
  read(rows: readonly Row[]): void {
    const ids = new Set(rows.map(({ id }) => id));
    for (const round of this.#open.values()) {
      if (round.waitsFor === undefined) continue;
      for (const id of round.waitsFor) if (!ids.has(id) || this.#isOwn(id)) round.waitsFor.delete(id);
      this.#settleIfDone(round);
    }
  }

  gone(id: string): void {
    for (const round of this.#open.values()) if (round.waitsFor?.delete(id)) this.#settleIfDone(round);
  }

  tick(now: number): void {
    for (const round of this.#open.values()) if (now - round.since >= this.#settings.giveUpMs) this.#end(round, 'give up');
    if (now >= this.#restUntil) this.#ask(now);
  }

  #ask(now: number): void {
    if (this.#underWay !== undefined || now < this.#restUntil) return;
    const due = [...this.#open.values()].filter(({ askAt }) => askAt <= now);
    if (due.length === 0) return;
    for (const round of due) round.askAt = now + this.#settings.askAgainMs;
    this.#underWay = due;
    this.#gathering = undefined;
    if (this.#open.size > CROWDED) this.#restUntil = now + CROWDED_REST_MS;
    this.#out({ do: 'ask', messages: due.map((round) => question(round)) });
  }

  #newRound(now: number): Round {
    this.#count += 1;
    const name = `${this.#asker}.${this.#count}`;
    const round: Round = { name, barriers: [], tags: new Set(), since: now, acked: new Set(), waitsFor: undefined, askAt: now };
    this.#open.set(name, round);
    return round;
  }

  #settleIfDone(round: Round): void {
    if (round.waitsFor?.size === 0) this.#end(round, 'settle');
  }

  #end(round: Round, how: 'settle' | 'give up'): void {
    this.#open.delete(round.name);
    if (this.#gathering === round) this.#gathering = undefined;
    for (const barrier of round.barriers) this.#out({ do: how, barrier });
  }
}

function question({ name, tags }: Round): string {
  return encode({ is: 'ask', round: name, tags: tags === undefined ? 'everything' : [...tags] });
}
