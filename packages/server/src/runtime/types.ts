import type { CredentialKind, Failure, Operation } from '@gatehouse/contract';
import type { z } from 'zod';
import type { Caller, Principal, Resolution } from '../domain/principal.js';
import type { Verdict } from '../domain/window.js';
import type { Access } from '../services/access.js';
import type { Snapshot, TenantDb, Unit } from '../store/unit.js';
import type { ClientLine } from './client.js';
import type { Enqueueing, Job } from './jobs.js';
import type { PlatformMeans } from './means.js';

/** What a handler is given beside its input. No connection is held until `db` or `tx` is touched. */
export interface Context<Database = never> extends PlatformMeans {
  readonly principal: Principal;
  /** Statement by statement, within the caller's tenant. */
  readonly db: TenantDb<Database>;
  /** One atomic unit of at most 5 s. What throws, or returns a `Refusal`, is undone. Nests. */
  tx<T>(work: (unit: Unit<Database>) => Promise<T>): Promise<T>;
  /** Reads by its `db` that all see one moment, whatever others write meanwhile; for at most 5 s. Nobody waits for it. */
  snapshot<T>(read: (snapshot: Snapshot<Database>) => Promise<T>): Promise<T>;
  /**
   * One raw statement that reads, for what the bound handle cannot say. The database alone holds it to the caller's tenant.
   * `npm run check` lists every use.
   */
  unsafe(sql: string, parameters?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  /** Keys, members and identities, always bounded by this caller. */
  readonly access: Access;
  /**
   * Ids of rows of a table that is declared with `search`, in which every word of the text occurs, newest first; the last word may be
   * the beginning of one. At most `limit`. @default 1000
   */
  search(table: string, text: string, limit?: number): Promise<readonly string[]>;
  /** Asks for work that is done after the answer. Inside of `tx` it is stored with the unit, and undone with it. */
  enqueue<In extends z.ZodObject>(job: Job<In>, input: z.input<In>, options?: Enqueueing): Promise<void>;
  /** The surface that the call came by. */
  readonly surface: SurfaceName;
  /** Unix milliseconds. */
  now(): number;
  /** A new UUID, version 4. */
  id(): string;
  /** Asks the client something, tells it how far the work is. */
  readonly client: ClientLine;
  /** The resource under this URI is another now: told to who watches it in this tenant, once the call has succeeded. */
  changed(uri: string): void;
  /** Aborted when the caller is gone, or the operation's time is over; a server that stops gives calls some seconds to end, then cuts their connections. */
  readonly signal: AbortSignal;
  log(event: object): void;
}

/** Suggests values for one argument of a prompt or one variable of a resource, best first; `given` are the others so far. */
export type Completer<Database = never> = (
  typed: string,
  context: Context<Database>,
  given: Readonly<Record<string, string>>,
) => readonly string[] | Promise<readonly string[]>;

/** An operation and the function that does it. */
export interface Binding {
  readonly op: Operation;
  readonly run: (input: never, context: never) => unknown;
  /** By the name of the input's field. Who may call the operation may ask. */
  readonly complete?: Readonly<Record<string, Completer>>;
}

export type Handler<In extends z.ZodObject, Out extends z.ZodType, Database> = (
  input: z.output<In>,
  context: Context<Database>,
) => z.input<Out> | Error | Promise<z.input<Out> | Error>;

/** A field of an operation's input that somebody is about to fill in. */
export interface Suggesting {
  readonly field: string;
  /** What is there so far. */
  readonly typed: string;
  /** The other fields so far. */
  readonly given: Readonly<Record<string, string>>;
}

export type SurfaceName = 'rest' | 'mcp' | 'ws';

export interface Call {
  readonly op: Operation;
  /** Decoded, not yet checked; a `Refusal` where it could not be decoded, told in its turn. */
  readonly input: unknown;
  readonly caller: Caller;
  readonly surface: SurfaceName;
  readonly signal: AbortSignal;
  /** The way back to the client, where the surface has one. */
  readonly client?: ClientLine;
  /** `Idempotency-Key`, as it was sent; looked at where doing the operation twice is not the same as once. */
  readonly idempotencyKey?: string | undefined;
}

export type Outcome = ({ readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly failure: Failure }) & {
  /** The tightest limit that applied, where one did. */
  readonly limit?: Verdict;
  /** The answer that the first call with this idempotency key had; absent: this call was done now. */
  readonly replayed?: true;
};

/** All that a surface can ask for. A surface is a codec over these and nothing else. */
export interface Runtime {
  authenticate(caller: Caller): Resolution | Promise<Resolution>;
  /** What this caller may use, and over MCP what its user could allow it (`rights.grantable`), in a stable order; the same array for the same rights, so that it can key a cache. */
  visible(principal: Principal, surface: SurfaceName): readonly Operation[];
  /** Neither throws nor rejects: whatever goes wrong becomes a failure with its text. A promise only where something has to be waited for. */
  run(call: Call, resolution: Resolution): Outcome | Promise<Outcome>;
  /**
   * Values for a field, a list of texts, best first: none where nothing suggests any. Under the operation's scope and the
   * caller's limits; of the call's input nothing is read but a `Refusal`. Never rejects.
   */
  complete(call: Call, asked: Suggesting, resolution: Resolution): Promise<Outcome>;
  /** The failure that a resolution which is not `ok` amounts to, counted against the address. A promise where other processes count too. */
  denial(resolution: Exclude<Resolution, { is: 'ok' }>, caller: Caller): Failure | Promise<Failure>;
}

export type { Signal, Signals } from '../store/signals.js';
export type { CredentialKind };
