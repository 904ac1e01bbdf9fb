import type { HttpOut } from '../http.js';
import type { Fault } from './errors.js';
import { takesEvents } from './event-stream.js';
import { type Exchange, faultIn, logOf, resultIn } from './exchange.js';
import { LEVELS, levelOf } from './line.js';
import type { Method } from './method.js';
import { paramFault } from './params.js';
import { acceptedReply } from './reply.js';
import { type Resources, unknownResource } from './resources.js';
import { type Session, type Sessions, WATCHED, WATCHED_LENGTH } from './sessions.js';
import type { OpenStream } from './streams.js';
import type { Kind, Listening, Subscriptions } from './subscriptions.js';

const ALL: ReadonlySet<Kind> = new Set<Kind>(['tools', 'resources', 'prompts']);
const NO_SESSION: Fault = {
  code: 'malformed_request',
  text: 'This is remembered for a session only.',
  next: 'Send the Mcp-Session-Id that initialize was answered with.',
};

export interface SessionOptions {
  readonly sessions: Sessions;
  readonly subscriptions: Subscriptions;
  readonly resources: Resources;
}

/** What a client of the initialize era can ask of its session. */
export function sessionMethods({ sessions, subscriptions, resources }: SessionOptions): [string, Method][] {
  const inSession =
    (run: (session: Session, params: Readonly<Record<string, unknown>>, exchange: Exchange) => Fault | undefined): Method =>
    ({ id, method, params = {} }, exchange) => {
      const fault = exchange.session === undefined ? NO_SESSION : run(exchange.session, params, exchange);
      return fault === undefined ? resultIn(exchange, id, '{}', method) : faultIn(exchange, fault, { id, status: 200 }, method);
    };
  const setLevel = inSession((session, { level }) => {
    const index = levelOf(level);
    if (index === -1) return paramFault('level', `Must be one of ${LEVELS.join(', ')}`);
    sessions.setLevel(session, index);
    return undefined;
  });
  const subscribe = inSession((session, { uri }, { resolution: { principal } }) => {
    if (typeof uri !== 'string' || uri.length > WATCHED_LENGTH) return paramFault('uri', `Required, a string of at most ${WATCHED_LENGTH} characters`);
    const found = resources.find(uri);
    if (found === undefined) return unknownResource(uri);
    if (!subscriptions.mayWatch(uri, principal)) return notTo(found.resource.op.name, found.resource.op.access.scope);
    return sessions.watch(session, uri) ? undefined : paramFault('uri', `A session watches at most ${WATCHED} resources`);
  });
  const unsubscribe = inSession((session, { uri }) => {
    if (typeof uri !== 'string') return paramFault('uri', 'Required, a string');
    sessions.unwatch(session, uri);
    return undefined;
  });
  const watching: [string, Method][] = [
    ['resources/subscribe', subscribe],
    ['resources/unsubscribe', unsubscribe],
  ];
  return [['logging/setLevel', setLevel], ...(resources.size > 0 ? watching : [])];
}

function notTo(name: string, scope: string | null): Fault {
  if (scope === null) return { code: 'forbidden', text: `${name} cannot be watched with this kind of credential.` };
  return {
    code: 'insufficient_scope',
    text: `Permission denied: ${name} needs the scope ${scope}.`,
    missing: [scope],
    next: `Use a credential that holds ${scope}.`,
  };
}

type StreamsOptions = Pick<SessionOptions, 'sessions' | 'subscriptions'>;

/** The streams that sessions have by GET, one each: a client that comes back has noticed first that the former one is dead. */
export class SessionStreams {
  readonly #options: StreamsOptions;
  readonly #open = new Map<string, OpenStream>();

  constructor(options: StreamsOptions) {
    this.#options = options;
    options.sessions.onEnd((id) => this.#open.get(id)?.events.end());
  }

  open(exchange: Exchange, session: Session): HttpOut {
    if (!takesEvents(exchange.request.header('accept')))
      return faultIn(exchange, { code: 'malformed_request', text: 'A stream is text/event-stream, which Accept has to name.' }, { id: 'null' });
    const { sessions, subscriptions } = this.#options;
    this.#open.get(session.id)?.events.end();
    const listening: Listening = {
      kinds: ALL,
      watches: (uri) => sessions.wishes(session)?.watched.has(uri) === true,
      notification: (method, params) => `{"jsonrpc":"2.0","method":"${method}"${params === '' ? '' : `,"params":{${params}}`}}`,
    };
    sessions.askAround(session);
    const opened = (stream: OpenStream): void => {
      this.#open.set(session.id, stream);
      stream.events.onEnd(() => {
        if (this.#open.get(session.id) === stream) this.#open.delete(session.id);
      });
    };
    return subscriptions.open(exchange, listening, { id: 'null', operation: 'stream', opened });
  }

  end(exchange: Exchange, session: Session): HttpOut {
    this.#options.sessions.end(session);
    return acceptedReply(204, exchange.request.requestId, logOf(exchange.resolution.principal, 'end of session'));
  }
}
