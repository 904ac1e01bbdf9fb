import { AsyncResource } from 'node:async_hooks';
import type { Caller, Principal, Resolution, Tag } from '../../domain/principal.js';
import type { Runtime } from '../../runtime/types.js';
import { EventStream } from './event-stream.js';
import type { Exchange } from './exchange.js';
import { ownerOf } from './owner.js';

/** Streams that are open at once, of one credential and of one tenant, in one process. */
export const STREAMS_OF_ONE = 64;
const STREAMS_OF_TENANT = 512;
/** Shorter than proxies wait; every stream is told that it is still alive, and its credential is looked at again. */
const KEEP_ALIVE_MS = 15_000;

/** A way to a client that stays open for a while. */
export interface OpenStream {
  readonly events: EventStream;
  readonly caller: Caller;
  /** Who that is by now. */
  principal: Principal;
  /** The credential is still good, and may be worth something else now. */
  lookedAt?: (before: Principal) => void;
  /** What a client is told last where the server stops. */
  farewell?: () => string;
  /** Of a call, which ends by itself: the server waits for it when it stops. */
  readonly ofCall: boolean;
}

export interface StreamsOptions {
  readonly authenticate: Runtime['authenticate'];
  readonly onChange: (listener: (changed: readonly Tag[] | 'everything') => void) => void;
  readonly log: (event: object) => void;
}

/** All streams of this process: bounded in number, kept alive, and ended with the credential that opened them. */
export class Streams {
  readonly #options: StreamsOptions;
  readonly #open = new Set<OpenStream>();
  readonly #counts = new Map<string, number>();
  /** Outside of whatever unit of work a change is told in. */
  readonly #lookAt = AsyncResource.bind((streams: readonly OpenStream[]) => {
    for (const stream of streams) void this.lookAt(stream);
  });
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: StreamsOptions) {
    this.#options = options;
    options.onChange((changed) => this.#changed(changed));
  }

  /** How many are open. */
  get size(): number {
    return this.#open.size;
  }

  /** undefined: too many are open, or the server stops. */
  open({ caller, resolution: { principal } }: Exchange, ofCall: boolean): OpenStream | undefined {
    const owner = ownerOf(principal);
    const tenant = `tenant ${principal.tenant}`;
    if (this.#closed || this.#count(owner) >= STREAMS_OF_ONE || this.#count(tenant) >= STREAMS_OF_TENANT) return undefined;
    const stream: OpenStream = { events: new EventStream(), caller, principal, ofCall };
    this.#open.add(stream);
    for (const counted of [owner, tenant]) this.#counts.set(counted, this.#count(counted) + 1);
    this.#timer ??= setInterval(() => this.#keepAlive(), KEEP_ALIVE_MS).unref();
    stream.events.onEnd(() => {
      this.#open.delete(stream);
      for (const counted of [owner, tenant]) this.#uncount(counted);
      if (this.#open.size === 0) this.#stopTimer();
    });
    return stream;
  }

  /** Whether its credential still holds: asked before anything is told that others have done. One that does not, ends it. */
  lookAt(stream: OpenStream): boolean | Promise<boolean> {
    try {
      const resolution = this.#options.authenticate(stream.caller);
      if (!(resolution instanceof Promise)) return this.#settle(stream, resolution);
      return resolution.then(
        (late) => this.#settle(stream, late),
        (error: unknown) => this.#failed(error),
      );
    } catch (error) {
      return this.#failed(error);
    }
  }

  /** Ends all but those of calls, which end with their calls. No more are opened. */
  close(): void {
    this.#closed = true;
    for (const { events, farewell, ofCall } of [...this.#open]) if (!ofCall) events.end(farewell?.());
    this.#stopTimer();
  }

  #settle(stream: OpenStream, resolution: Resolution): boolean {
    // Nobody knows right now: nothing is told, and the stream waits.
    if (resolution.is === 'unavailable') return false;
    const before = stream.principal;
    // A session that acts in another tenant now is a caller of there: what it listened to is no business of theirs any more.
    if (resolution.is !== 'ok' || ownerOf(resolution.principal) !== ownerOf(before)) {
      stream.events.end();
      return false;
    }
    stream.principal = resolution.principal;
    if (before !== resolution.principal && !stream.events.ended) stream.lookedAt?.(before);
    return !stream.events.ended;
  }

  #failed(error: unknown): boolean {
    this.#options.log({ event: 'mcp.stream_not_looked_at', error });
    return false;
  }

  #changed(changed: readonly Tag[] | 'everything'): void {
    if (this.#open.size === 0) return;
    const streams = [...this.#open].filter(({ principal }) => changed === 'everything' || principal.dependsOn.some((tag) => changed.includes(tag)));
    if (streams.length > 0) this.#lookAt(streams);
  }

  #keepAlive(): void {
    for (const { events } of this.#open) events.comment();
    this.#lookAt([...this.#open]);
  }

  #count(of: string): number {
    return this.#counts.get(of) ?? 0;
  }

  #uncount(of: string): void {
    const left = this.#count(of) - 1;
    if (left > 0) this.#counts.set(of, left);
    else this.#counts.delete(of);
  }

  #stopTimer(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
