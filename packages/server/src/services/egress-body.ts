import type { IncomingMessage } from 'node:http';
import type { EgressFailure } from './egress-exchange.js';

/** Why the body of an answer did not come to its end. */
export class EgressError extends Error {
  readonly reason: EgressFailure;

  constructor(reason: EgressFailure) {
    super(`The answer broke off: ${reason}`);
    this.name = 'EgressError';
    this.reason = reason;
  }
}

export interface BodyLimits {
  readonly maxBytes: number;
  readonly idleMs: number;
  /** Ends it like a time-out. */
  readonly signal: AbortSignal;
}

/** A body as it comes, within its limits. The connection ends with the loop over it, however that ends. */
export async function* bodyStream(response: IncomingMessage, { maxBytes, idleMs, signal }: BodyLimits): AsyncGenerator<Buffer> {
  const chunks = (response as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  let size = 0;
  let silent = false;
  const expire = (): void => {
    silent = true;
    response.destroy(new Error('Silent for too long'));
  };
  try {
    for (;;) {
      // Only the other side's silence counts, not the time that whoever reads takes for what has come.
      const timer = setTimeout(expire, idleMs);
      const { done, value } = await chunks.next().finally(() => clearTimeout(timer));
      if (done === true) return;
      size += value.length;
      if (size > maxBytes) throw new EgressError('too_large');
      yield value;
    }
  } catch (error) {
    if (error instanceof EgressError) throw error;
    throw new EgressError(silent || signal.aborted ? 'timed_out' : 'network');
  } finally {
    response.destroy();
  }
}
