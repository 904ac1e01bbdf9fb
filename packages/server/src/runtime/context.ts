import type { Principal } from '../domain/principal.js';
import type { Access } from '../services/access.js';
import type { AccessFor } from '../services/bounded-access.js';
import type { Store } from '../store/store.js';
import type { TenantDb, Unit } from '../store/unit.js';
import type { Call, Context, Runtime } from './types.js';

export type ContextFactory = (call: Call, principal: Principal) => Context;

export interface ContextOptions {
  readonly store: Store;
  readonly accessFor: AccessFor;
  readonly denial: Runtime['denial'];
  readonly now: () => number;
  readonly newId: () => string;
  readonly log: (event: object) => void;
}

/** Makes contexts. What a handler does not touch is not made. */
export function contextFactory(options: ContextOptions): ContextFactory {
  return (call, principal) => new CallContext(call, principal, options);
}

class CallContext implements Context {
  readonly principal: Principal;
  readonly #call: Call;
  readonly #options: ContextOptions;
  #db: TenantDb | undefined;
  #access: Access | undefined;

  constructor(call: Call, principal: Principal, options: ContextOptions) {
    this.#call = call;
    this.principal = principal;
    this.#options = options;
  }

  get signal(): AbortSignal {
    return this.#call.signal;
  }

  get db(): TenantDb {
    this.#db ??= this.#options.store.db(this.#tenant());
    return this.#db;
  }

  get access(): Access {
    this.#access ??= this.#options.accessFor(this.principal, (resolution) => this.#options.denial(resolution, this.#call.caller));
    return this.#access;
  }

  get tx() {
    return <T>(work: (unit: Unit) => Promise<T>): Promise<T> => this.#options.store.tx(this.#tenant(), work);
  }

  get unsafe() {
    return (sql: string, parameters: readonly unknown[] = []) => this.#options.store.unsafe(this.#tenant(), sql, parameters);
  }

  get now() {
    return this.#options.now;
  }

  get id() {
    return this.#options.newId;
  }

  get log() {
    return (event: object): void => {
      this.#options.log({ ...event, request_id: this.#call.caller.requestId, operation: this.#call.op.name });
    };
  }

  #tenant(): string {
    const { tenant } = this.principal;
    if (tenant === null) throw new Error(`${this.#call.op.name} touched the database for a caller who is bound to no tenant.`);
    return tenant;
  }
}
