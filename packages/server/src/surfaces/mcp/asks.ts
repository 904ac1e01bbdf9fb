import { refuse } from '@gatehouse/contract';
import type { Principal } from '../../domain/principal.js';
import type { Seal } from '../../domain/seal.js';
import type { Signal, Signals } from '../../runtime/types.js';
import { type Response, isObject } from './message.js';
import { ownerOf } from './owner.js';

interface Waiting {
  readonly owner: string;
  settle(answer: Answered): void;
  fail(error: Error): void;
}

/** What came back: a result, or the message of an error. */
export type Answered = { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly text: string };

const TOPIC = 'mcp.answer';
const PREFIX = 'ask-';
/** People read before they answer. */
const PATIENCE_MS = 300_000;
/** Answers to questions of other processes, each passed on once. */
const PASSED_ON = 4_096;

export interface AsksOptions {
  readonly seal: Seal;
  readonly signals: Signals;
  readonly log: (event: object) => void;
}

/** What clients of the initialize era have been asked, and have yet to answer. */
export class Asks {
  readonly #options: AsksOptions;
  readonly #waiting = new Map<string, Waiting>();
  readonly #passedOn = new Set<string>();

  constructor(options: AsksOptions) {
    this.#options = options;
    options.signals.onSignal((signal) => this.#hear(signal));
  }

  /** Sends a request under an id that nobody can guess, and settles with its answer. */
  async ask(principal: Principal, signal: AbortSignal, send: (id: string) => void): Promise<Answered> {
    const owner = ownerOf(principal);
    // The id is itself sealed to its owner, so that any process knows whether an answer can be one.
    const id = PREFIX + this.#options.seal.close('', owner);
    let stop = (): void => {};
    try {
      return await new Promise<Answered>((settle, fail) => {
        const gone = (): void => fail(refuse('unavailable', 'The client has gone.'));
        const late = setTimeout(() => fail(refuse('timed_out', 'The client did not answer within five minutes.')), PATIENCE_MS).unref();
        signal.addEventListener('abort', gone, { once: true });
        stop = () => {
          clearTimeout(late);
          signal.removeEventListener('abort', gone);
        };
        this.#waiting.set(id, { owner, settle, fail });
        if (signal.aborted) gone();
        else send(id);
      });
    } finally {
      stop();
      this.#waiting.delete(id);
    }
  }

  /** An answer has come. Where the question was another process's, that is told; where it was nobody's, nothing happens. */
  answer({ id, result, error }: Response, principal: Principal): void {
    if (typeof id !== 'string' || !id.startsWith(PREFIX)) return;
    const owner = ownerOf(principal);
    const { seal, signals, log } = this.#options;
    if (seal.open(id.slice(PREFIX.length), owner) !== '') return;
    const answered = answeredIn(result, error);
    const waiting = this.#waiting.get(id);
    waiting?.settle(answered);
    if (waiting !== undefined || principal.tenant === null || this.#passedOn.has(id)) return;
    if (this.#passedOn.size >= PASSED_ON) this.#passedOn.clear();
    this.#passedOn.add(id);
    const sealed = seal.close(JSON.stringify(answered), id);
    signals
      .send([{ tenant: principal.tenant, topic: TOPIC, data: { id, sealed } }])
      .catch((failure: unknown) => log({ event: 'mcp.signal_failed', error: failure }));
  }

  /** The server stops: nobody waits any more. */
  close(): void {
    for (const { fail } of [...this.#waiting.values()]) fail(refuse('unavailable', 'The server is stopping.', { retryAfterSeconds: 1 }));
  }

  #hear({ topic, data }: Signal): void {
    if (topic !== TOPIC || !isObject(data) || typeof data.id !== 'string' || typeof data.sealed !== 'string') return;
    const waiting = this.#waiting.get(data.id);
    const text = waiting === undefined ? undefined : this.#options.seal.open(data.sealed, data.id);
    if (text !== undefined) waiting?.settle(JSON.parse(text) as Answered);
  }
}

function answeredIn(result: unknown, error: unknown): Answered {
  if (error === undefined) return { ok: true, result };
  const message = isObject(error) && typeof error.message === 'string' ? error.message : 'no reason given';
  return { ok: false, text: message };
}
