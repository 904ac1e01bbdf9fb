import type { Operation } from '@gatehouse/contract';
import type { Principal } from '../../domain/principal.js';
import type { Runtime, Signal, Signals } from '../../runtime/types.js';
import type { HttpOut } from '../http.js';
import { streamHeaders } from './event-stream.js';
import { type Exchange, faultIn, logOf } from './exchange.js';
import { isObject } from './message.js';
import type { Resources } from './resources.js';
import { type OpenStream, STREAMS_OF_ONE, type Streams } from './streams.js';

/** What a list that changes with the rights of its reader is made of. */
export type Kind = 'tools' | 'resources' | 'prompts';

const KINDS: readonly (readonly [Kind, (op: Operation) => boolean])[] = [
  ['tools', (op) => op.tool],
  ['resources', (op) => op.resource !== undefined],
  ['prompts', (op) => op.prompt === true],
];

/** A stream for what nobody asked for in a call. */
export interface Listening {
  readonly kinds: ReadonlySet<Kind>;
  watches(uri: string): boolean;
  /** A notification as this stream carries it, as JSON; `params` is JSON too, without its braces. */
  notification(method: string, params: string): string;
  /** The first message, as JSON. */
  readonly first?: string;
  /** The last, where the server stops. */
  readonly last?: string;
}

export interface SubscriptionsOptions {
  readonly runtime: Pick<Runtime, 'visible'>;
  readonly resources: Resources;
  readonly streams: Streams;
  readonly signals: Signals;
}

/** Who is told what has changed, in this process. */
export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #byTenant = new Map<string, Map<OpenStream, Listening>>();

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
    options.signals.onSignal((signal) => this.#hear(signal));
  }

  /** Answers with a stream that stays open; or says why not. `opened` is told which it is. */
  open(exchange: Exchange, listening: Listening, { id, operation, opened }: { id: string; operation: string; opened?: (stream: OpenStream) => void }): HttpOut {
    const { principal } = exchange.resolution;
    const stream = this.#options.streams.open(exchange, false);
    if (stream === undefined) {
      const fault = { code: 'rate_limited', text: `Too many streams are open: ${STREAMS_OF_ONE} at once are what a credential can have.` } as const;
      return faultIn(exchange, { ...fault, next: 'Close one first.' }, { id }, operation);
    }
    const { first, last } = listening;
    stream.lookedAt = (before) => this.#compare(stream, listening, before);
    if (last !== undefined) stream.farewell = () => last;
    if (first === undefined) stream.events.comment();
    else stream.events.send(first);
    this.#add(principal.tenant, stream, listening);
    opened?.(stream);
    const { requestId } = exchange.request;
    return { status: 200, headers: streamHeaders(requestId), body: stream.events, log: logOf(principal, operation) };
  }

  /** Whether this principal may watch what is under a URI: whoever may read it. */
  mayWatch(uri: string, { rights }: Principal): boolean {
    const found = this.#options.resources.find(uri);
    return found !== undefined && rights.has(found.resource.op);
  }

  #add(tenant: string | null, stream: OpenStream, listening: Listening): void {
    // Nothing happens in no tenant.
    if (tenant === null) return;
    const streams = this.#byTenant.get(tenant) ?? new Map<OpenStream, Listening>();
    this.#byTenant.set(tenant, streams.set(stream, listening));
    stream.events.onEnd(() => {
      streams.delete(stream);
      if (streams.size === 0 && this.#byTenant.get(tenant) === streams) this.#byTenant.delete(tenant);
    });
  }

  #hear({ tenant, topic, data }: Signal): void {
    if (topic !== 'resource' || !isObject(data) || typeof data.uri !== 'string') return;
    const { uri } = data;
    for (const [stream, listening] of this.#byTenant.get(tenant) ?? []) if (listening.watches(uri)) this.#updated(stream, listening, uri);
  }

  /** Told to who may still read it now. */
  #updated(stream: OpenStream, listening: Listening, uri: string): void {
    const tell = (good: boolean): void => {
      if (good && this.mayWatch(uri, stream.principal))
        this.#send(stream, listening.notification('notifications/resources/updated', `"uri":${JSON.stringify(uri)}`));
    };
    const good = this.#options.streams.lookAt(stream);
    if (good instanceof Promise) void good.then(tell);
    else tell(good);
  }

  #compare(stream: OpenStream, { kinds, notification }: Listening, before: Principal): void {
    const { runtime } = this.#options;
    const [old, current] = [runtime.visible(before, 'mcp'), runtime.visible(stream.principal, 'mcp')];
    if (old === current) return;
    for (const [kind, is] of KINDS) {
      const shown = (list: readonly Operation[], { rights }: Principal) => list.filter(is).map((op) => `${op.name} ${rights.has(op)}`);
      if (kinds.has(kind) && shown(old, before).join() !== shown(current, stream.principal).join())
        this.#send(stream, notification(`notifications/${kind}/list_changed`, ''));
    }
  }

  /** A client that misses something cannot know it: one that reads too slowly has to begin anew. */
  #send({ events }: OpenStream, json: string): void {
    if (!events.send(json)) events.end();
  }
}
