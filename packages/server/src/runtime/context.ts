import { Refusal } from '@gatehouse/contract';
import type { Principal } from '../domain/principal.js';
import { wordsOf } from '../domain/words.js';
import type { Access } from '../services/access.js';
import type { AccessFor } from '../services/bounded-access.js';
import type { Claim } from '../services/idempotency.js';
import type { Jobs } from '../services/jobs.js';
import type { Signal } from '../store/signals.js';
import type { Store } from '../store/store.js';
import type { Snapshot, TenantDb, Unit } from '../store/unit.js';
import { type ClientLine, noClient } from './client.js';
import { type MeansOptions, sealedFor } from './means.js';
import { jobInput } from './jobs.js';
import type { Call, Context, Runtime } from './types.js';

/** A handler's context, with what is to be told once the call has succeeded. */
export interface HandlerContext extends Context {
  readonly signals: readonly Signal[] | undefined;
  /** Whether jobs were asked for. */
  readonly enqueued: boolean;
  /** The time is over: whoever listens to `signal` is told. */
  expire(): void;
}

export type ContextFactory = (call: Call, principal: Principal, claim?: Claim) => HandlerContext;

export interface ContextOptions {
  readonly store: Store;
  readonly accessFor: AccessFor;
  readonly denial: Runtime['denial'];
  readonly addJob: Jobs['add'];
  readonly means: MeansOptions;
  readonly now: () => number;
  readonly newId: () => string;
  readonly log: (event: object) => void;
}

/** Makes contexts. What a handler does not touch is not made. */
export function contextFactory(options: ContextOptions): ContextFactory {
  return (call, principal, claim) => new CallContext(call, principal, claim, options);
}

class CallContext implements HandlerContext {
  readonly principal: Principal;
  enqueued = false;
  readonly #call: Call;
  /** Learns what may have been changed, where the call came with an idempotency key. */
  readonly #claim: Claim | undefined;
  readonly #options: ContextOptions;
  #db: TenantDb | undefined;
  #access: Access | undefined;
  #changed: Set<string> | undefined;
  #expiry: AbortController | undefined;
  #signal: AbortSignal | undefined;

  constructor(call: Call, principal: Principal, claim: Claim | undefined, options: ContextOptions) {
    this.#call = call;
    this.#claim = claim;
    this.principal = principal;
    this.#options = options;
  }

  get signal(): AbortSignal {
    if (this.#signal === undefined) {
      this.#expiry = new AbortController();
      this.#signal = AbortSignal.any([this.#call.signal, this.#expiry.signal]);
    }
    return this.#signal;
  }

  expire(): void {
    this.#expiry?.abort();
  }

  get db(): TenantDb {
    this.#db ??= watched(this.#options.store.db(this.#tenant()), this.#claim);
    return this.#db;
  }

  get access(): Access {
    this.#claim?.touch();
    this.#access ??= this.#options.accessFor(this.principal, (resolution) => this.#options.denial(resolution, this.#call.caller));
    return this.#access;
  }

  get tx() {
    const claim = this.#claim;
    return <T>(work: (unit: Unit) => Promise<T>): Promise<T> =>
      this.#options.store.tx(this.#tenant(), claim === undefined ? work : (unit) => marked(work(unit), claim));
  }

  get snapshot() {
    return <T>(read: (snapshot: Snapshot) => Promise<T>): Promise<T> => this.#options.store.snapshot(this.#tenant(), read);
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

  /** What has changed: one signal for each resource. */
  get signals(): readonly Signal[] | undefined {
    const { tenant } = this.principal;
    return this.#changed === undefined || tenant === null ? undefined : [...this.#changed].map((uri) => ({ tenant, topic: 'resource', data: { uri } }));
  }

  get enqueue(): Context['enqueue'] {
    return async (job, input, { delaySeconds = 0 } = {}) => {
      this.#claim?.touch();
      this.enqueued = true;
      const work = { tenant: this.#tenant(), user: this.principal.user ?? null, name: job.name, input: jobInput(job, input) };
      await this.#options.addJob(work, delaySeconds * 1000);
    };
  }

  get settings() {
    return this.#options.means.settings;
  }

  get sealed() {
    return sealedFor(this.#tenant(), this.#options.means.seal);
  }

  get egress() {
    return this.#options.means.egress;
  }

  get pageUrl(): Context['pageUrl'] {
    return (path, parameters) => this.#options.means.pageUrl(this.#tenant(), path, parameters);
  }

  get randomInt() {
    return this.#options.means.randomInt;
  }

  get search(): Context['search'] {
    return (table, text, limit = 1000) => this.#options.store.search.find(this.#tenant(), table, wordsOf(text), limit);
  }

  get surface() {
    return this.#call.surface;
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

/** The same handle; what begins anything but a plain read with it may change something. */
function watched(db: TenantDb, claim: Claim | undefined): TenantDb {
  if (claim === undefined) return db;
  // Not a proxy of the handle itself: that is frozen, and would have to be answered as it is.
  return new Proxy({} as TenantDb, {
    get(_, name) {
      if (name !== 'selectFrom') claim.touch();
      const member: unknown = Reflect.get(db, name);
      return typeof member === 'function' ? member.bind(db) : member;
    },
  });
}

/** Notes in the unit of work itself that it is committed, unless it is going to be undone. */
async function marked<T>(work: Promise<T>, claim: Claim): Promise<T> {
  const value = await work;
  if (!(value instanceof Refusal)) await claim.changed();
  return value;
}
