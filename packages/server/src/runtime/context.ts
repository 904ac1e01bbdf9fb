import type { Principal } from '../domain/principal.js';
import type { Access } from '../services/access.js';
import type { AccessFor } from '../services/bounded-access.js';
import type { Signal } from '../store/signals.js';
import type { Store } from '../store/store.js';
import type { TenantDb, Unit } from '../store/unit.js';
import { type ClientLine, noClient } from './client.js';
import type { Call, Context, Runtime } from './types.js';

/** The context, and what is to be told once the call has succeeded. */
export type ContextFactory = (call: Call, principal: Principal) => Context & { readonly signals: readonly Signal[] };

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

class CallContext implements ReturnType<ContextFactory> {
  readonly principal: Principal;
  readonly #call: Call;
  readonly #options: ContextOptions;
  #db: TenantDb | undefined;
  #access: Access | undefined;
  #changed: Set<string> | undefined;

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

  get client(): ClientLine {
    return this.#call.client ?? noClient;
  }

  get changed() {
    return (uri: string): void => {
      this.#changed ??= new Set();
      this.#changed.add(uri);
    };
  }

  /** What has changed, once the call has succeeded: one signal for each resource. */
  get signals(): readonly Signal[] {
    const { tenant } = this.principal;
    return this.#changed === undefined || tenant === null ? [] : [...this.#changed].map((uri) => ({ tenant, topic: 'resource', data: { uri } }));
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
