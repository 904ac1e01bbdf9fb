import { type Effect, type Member, beatMessage } from '../../../src/store/fleet/member.js';
import type { Row } from '../../../src/store/fleet/watch.js';
import { type SimDatabase, SimSession } from './database.js';
import type { World } from './rules.js';

export interface Owner {
  readonly member: Member;
  /** Not one packet of it arrives anywhere. */
  readonly isolated: boolean;
  /** One turn of the process, now or when it goes on. */
  do(run: () => void): void;
  now(): { readonly mono: number; readonly wall: number };
}

/** The two sessions of one process, and what the core wants to have done on them. */
export class Hands {
  readonly #world: World;
  readonly #owner: Owner;
  #listener: SimSession | undefined;
  #control: SimSession | undefined;
  #failures = 0;

  constructor(world: World, owner: Owner) {
    this.#world = world;
    this.#owner = owner;
  }

  open(): void {
    this.#connect(
      () => {},
      () => {
        this.#control = undefined;
        this.#owner.member.sessionEnded();
        this.open();
      },
      (session) => {
        this.#control = session;
        this.#owner.member.sessionOpened(this.#owner.now());
      },
    );
  }

  listen(): void {
    const former = this.#listener;
    this.#listener = undefined;
    former?.close();
    let mine: SimSession | undefined;
    this.#connect(
      (text) => {
        if (mine === this.#listener) this.#owner.member.heard(text, this.#owner.now());
      },
      () => {
        if (mine !== this.#listener) return;
        this.#listener = undefined;
        this.#owner.member.deaf();
      },
      (session) => {
        mine = session;
        this.#listener = session;
        this.#startListening(session);
      },
    );
  }

  close(): void {
    this.#listener?.close();
    this.#control?.close();
  }

  cut(which: 'listener' | 'control', how: 'silently' | 'downwards' | 'plainly'): void {
    const session = which === 'listener' ? this.#listener : this.#control;
    if (session === undefined) return;
    if (how === 'plainly') session.close();
    else {
      session.cutDown = true;
      session.cutUp ||= how === 'silently';
    }
  }

  loseQuestions(milliseconds: number): void {
    if (this.#listener !== undefined) this.#listener.losesQuestionsUntil = this.#world.time.now + milliseconds;
  }

  carryOut(effect: Effect): void {
    const { member } = this.#owner;
    const { broken } = this.#world;
    switch (effect.do) {
      case 'sound':
        this.#tell(effect, [beatMessage(effect.id, 0)]);
        break;
      case 'ack':
        this.#tell(effect, effect.messages);
        break;
      case 'register':
        this.#ask(
          effect,
          (database) => database.insert(effect.id, effect.former),
          () => member.registered(effect.id),
        );
        break;
      case 'beat':
        this.#ask(
          effect,
          (database) => beat(database, effect.id, effect.beat),
          (rows) => member.beaten(effect.id, effect.beat, rows, this.#owner.now()),
        );
        break;
      case 'ask':
        this.#ask(
          effect,
          (database) => {
            for (const message of effect.messages) database.notify(message);
            return broken === 'no acknowledgement' ? [] : database.rows();
          },
          (rows) => member.asked(rows, this.#owner.now()),
        );
        break;
      case 'bury':
        this.#ask(
          effect,
          (database) => broken === 'nothing deleted before it counts as dead' || database.remove(effect.id, effect.beat),
          (gone) => member.buried(effect.id, gone),
        );
        break;
      case 'leave':
        this.#ask(
          effect,
          (database) => effect.ids.map((id) => database.remove(id)),
          () => {},
        );
    }
  }

  #tell(effect: Effect, messages: readonly string[]): void {
    this.#ask(
      effect,
      (database) => messages.map((message) => database.notify(message)),
      () => {},
    );
  }

  #ask<T>(effect: Effect, run: (database: SimDatabase) => T, then: (value: T) => void): void {
    const owner = this.#owner;
    const failed = (): void => owner.do(() => owner.member.failed(effect, owner.now()));
    if (this.#control === undefined) {
      this.#world.time.after(0, failed);
      return;
    }
    this.#control.query(
      (database) => ({ value: run(database) }),
      (answer) => (answer === undefined ? failed() : owner.do(() => then(answer.value))),
    );
  }

  #startListening(session: SimSession): void {
    const { member } = this.#owner;
    session.query(
      () => {
        session.listens = true;
        return true;
      },
      (done) =>
        this.#owner.do(() => {
          if (done && session === this.#listener) member.listening(this.#owner.now());
        }),
    );
  }

  /** With more patience after each failure. */
  #connect(heard: (text: string) => void, ended: () => void, opened: (session: SimSession) => void): void {
    const { time, random, database } = this.#world;
    const owner = this.#owner;
    const attempt = (): void => {
      if (!database.up || owner.isolated) {
        this.#failures += 1;
        time.after(Math.min(1_000, 50 * 2 ** Math.min(this.#failures, 6)), () => owner.do(attempt));
        return;
      }
      this.#failures = 0;
      opened(new SimSession(database, { notified: (text) => owner.do(() => heard(text)), ended: () => owner.do(ended) }));
    };
    time.after(random.between(1, 30), () => owner.do(attempt));
  }
}

function beat(database: SimDatabase, id: string, count: number): readonly Row[] | undefined {
  if (!database.beat(id, count)) return undefined;
  database.notify(beatMessage(id, count));
  return database.rows();
}
