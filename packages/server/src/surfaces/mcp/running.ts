import type { Exchange } from './exchange.js';
import { ownerOf } from './owner.js';

/** Calls of this process that want to know when they are cancelled. */
export class Running {
  readonly #calls = new Map<string, Set<AbortController>>();

  /** @param id the call's, as JSON */
  add(exchange: Exchange, id: string, call: AbortController): void {
    const key = keyOf(exchange, id);
    const calls = this.#calls.get(key) ?? new Set();
    this.#calls.set(key, calls.add(call));
  }

  remove(exchange: Exchange, id: string, call: AbortController): void {
    const key = keyOf(exchange, id);
    const calls = this.#calls.get(key);
    calls?.delete(call);
    if (calls?.size === 0) this.#calls.delete(key);
  }

  /** `notifications/cancelled`: of the same credential in the same session, and nobody else's. */
  cancel(exchange: Exchange, id: string): void {
    for (const call of this.#calls.get(keyOf(exchange, id)) ?? []) call.abort();
  }
}

function keyOf({ session, resolution: { principal } }: Exchange, id: string): string {
  return `${ownerOf(principal)} ${session?.id ?? ''} ${id}`;
}
