import type { HttpOut } from '../http.js';

/** What waits for a reader who does not read, at most. */
const WAITING_BYTES = 262_144;

const COMMENT = Buffer.from(':\n\n');

export function streamHeaders(requestId: string): HttpOut['headers'] {
  return { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no', 'x-request-id': requestId };
}

/** Whether a client takes an answer in events (RFC 9110, section 12.5.1, without weights: who names it, takes it). */
export function takesEvents(accept: string | undefined): boolean {
  return accept?.includes('text/event-stream') === true;
}

/**
 * Server-sent events, each a JSON-RPC message. Read once. An iterator of its own, since a generator that waits would hear
 * only with the next event that its reader has gone.
 */
export class EventStream implements AsyncIterable<Uint8Array>, AsyncIterator<Uint8Array> {
  readonly #waiting: Uint8Array[] = [];
  readonly #onEnd: (() => void)[] = [];
  #bytes = 0;
  #reader: ((result: IteratorResult<Uint8Array>) => void) | undefined;
  #ended = false;

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return this;
  }

  /** Over for whatever reason: there is nobody to send to any more. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Called once, when it is over. */
  onEnd(listener: () => void): void {
    if (this.#ended) listener();
    else this.#onEnd.push(listener);
  }

  /** Sends a message; false where it is over, or where too much is waiting to be read. */
  send(json: string): boolean {
    if (this.#ended || this.#bytes > WAITING_BYTES) return false;
    this.#put(eventOf(json));
    return true;
  }

  /** A line that says nothing: it opens the way, and keeps it open. */
  comment(): void {
    if (!this.#ended && this.#bytes === 0) this.#put(COMMENT);
  }

  /** Sends a last message, however much is waiting, and ends. */
  end(json?: string): void {
    if (this.#ended) return;
    if (json !== undefined) this.#put(eventOf(json));
    this.#over();
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    const bytes = this.#waiting.shift();
    if (bytes !== undefined) {
      this.#bytes -= bytes.byteLength;
      return Promise.resolve({ done: false, value: bytes });
    }
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => {
      this.#reader = resolve;
    });
  }

  /** The reader has gone. */
  return(): Promise<IteratorResult<Uint8Array>> {
    this.#waiting.length = 0;
    this.#over();
    return Promise.resolve({ done: true, value: undefined });
  }

  #put(bytes: Uint8Array): void {
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader === undefined) {
      this.#bytes += bytes.byteLength;
      this.#waiting.push(bytes);
    } else reader({ done: false, value: bytes });
  }

  #over(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#reader?.({ done: true, value: undefined });
    this.#reader = undefined;
    for (const listener of this.#onEnd.splice(0)) listener();
  }
}

/** JSON has no line breaks of its own, so a message is one line of data. */
function eventOf(json: string): Uint8Array {
  return Buffer.from(`event: message\ndata: ${json}\n\n`);
}
