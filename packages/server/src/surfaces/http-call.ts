import type { Operation } from '@gatehouse/contract';
import type { Caller } from '../domain/principal.js';
import type { Call, SurfaceName } from '../runtime/types.js';
import type { HttpIn } from './http.js';

/**
 * A call that came by HTTP. A class, since a getter in an object literal would give every call a hidden class of its
 * own (and made a call three times as dear); and a getter, since a signal costs a controller that few operations ask for.
 */
export class HttpCall implements Call {
  readonly op: Operation;
  readonly input: unknown;
  readonly caller: Caller;
  readonly surface: SurfaceName;
  readonly #request: HttpIn;
  readonly #key: string | undefined;

  constructor(op: Operation, input: unknown, caller: Caller, surface: SurfaceName, request: HttpIn, idempotencyKey?: string) {
    this.op = op;
    this.input = input;
    this.caller = caller;
    this.surface = surface;
    this.#request = request;
    this.#key = idempotencyKey;
  }

  /** Few calls have one: it is looked for where it matters. */
  get idempotencyKey(): string | undefined {
    return this.#key ?? this.#request.header('idempotency-key');
  }

  get signal(): AbortSignal {
    return this.#request.signal;
  }
}
