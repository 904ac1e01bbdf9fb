import { type Failure, type Operation, refuse } from '@gatehouse/contract';
import type { Call } from './types.js';

/** How long a handler may take that says nothing else (`Operation.timeLimitSeconds`). */
const DEFAULT_SECONDS = 30;
const LOOK_EVERY_MS = 1_000;

/** Told that its time is over. */
interface Expiring {
  expire(): void;
}

interface Running {
  readonly call: Call;
  readonly context: Expiring;
  began: number;
  expire(): void;
}

/**
 * Ends the wait for handlers that do not end. A single timer looks after all of them, so that those which are done at once,
 * as nearly all are, pay next to nothing; so a limit is met to the second.
 */
export class TimeLimits {
  readonly #log: (event: object) => void;
  readonly #running = new Set<Running>();
  #timer: NodeJS.Timeout | undefined;

  constructor(log: (event: object) => void) {
    this.#log = log;
  }

  /** Settles as `work` does, or with a `Refusal` where that takes too long. What comes after that is dropped. */
  within(work: Promise<unknown>, call: Call, context: Expiring): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const expire = (): void => resolve(refuse('timed_out', ...lateness(call.op)));
      const running: Running = { call, context, began: performance.now(), expire };
      this.#running.add(running);
      this.#timer ??= setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
      work.then(
        (value) => {
          this.#running.delete(running);
          resolve(value);
        },
        (error: unknown) => {
          this.#running.delete(running);
          reject(error);
        },
      );
    });
  }

  #look(): void {
    const now = performance.now();
    for (const running of this.#running) {
      const { call, context } = running;
      // People take their time, and are given it where they are asked.
      if (call.client?.asking === true) running.began = now;
      const seconds = secondsFor(call.op);
      if (now - running.began < seconds * 1000) continue;
      this.#running.delete(running);
      this.#log({ event: 'handler_timed_out', request_id: call.caller.requestId, operation: call.op.name, seconds });
      running.expire();
      context.expire();
    }
    if (this.#running.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

function secondsFor({ timeLimitSeconds = DEFAULT_SECONDS }: Operation): number {
  return timeLimitSeconds;
}

function lateness(op: Operation): [string, Pick<Failure, 'retryAfterSeconds' | 'next'>] {
  const text = `This took longer than ${secondsFor(op)} s, and was not waited for any longer.`;
  if (op.effect === 'read') return [text, { retryAfterSeconds: 1, next: 'Ask for less at once, or try again.' }];
  return [`${text} It is not known whether it was done.`, { retryAfterSeconds: 1, next: 'Look whether it was done before you try again.' }];
}
