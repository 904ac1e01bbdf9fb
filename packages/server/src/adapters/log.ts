import { createRequire } from 'node:module';
import { type DestinationStream, pino } from 'pino';
import type { PrettyOptions, default as Pretty } from 'pino-pretty';
import { redact, redactPath } from '../domain/redact.js';
import type { LogFields } from '../surfaces/http.js';

/** One event: `event` names it, the rest says more. With an `error` it is logged as one. */
export type Log = (event: object) => void;

/** One answered request. Only `path` holds the caller's own words. */
export interface RequestLine {
  /** Unix milliseconds. */
  readonly at: number;
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly ms: number;
  readonly address: string;
  readonly traceparent: string | undefined;
}

export interface Logger {
  readonly log: Log;
  /** One line a request; undefined where the level leaves them out. */
  readonly request: ((line: RequestLine, fields: LogFields | undefined) => void) | undefined;
  /** Writes what is held back. */
  flush(): void;
}

export interface LoggerOptions {
  readonly level: string;
  /** For people at a terminal; JSON lines otherwise. */
  readonly pretty: boolean;
  /** Where the lines go. @default standard output */
  readonly destination?: DestinationStream;
}

const HELD_CHARACTERS = 65_536;
const HELD_MS = 250;

/** At a terminal a request begins with what it was and how it ended, and the rest follows; in colours unless `NO_COLOR` is set. */
const PEOPLE: PrettyOptions = {
  ignore: 'method,path,status,ms',
  messageKey: 'event',
  singleLine: true,
  messageFormat: ({ event, method, path, status, ms }) =>
    // What a caller wrote must not steer the terminal.
    event === 'request' ? `${method} ${String(path).replace(/[^\x20-\x7e]/g, '?')} ${status} in ${ms} ms` : String(event),
};

/** JSON lines, written in batches; whatever looks like a credential is blotted out on the way. */
export function createLogger({ level, pretty: forPeople, destination }: LoggerOptions): Logger {
  const sink = destination ?? process.stdout;
  const batches = new Batches(forPeople ? prettyInto(sink) : sink);
  const events = pino(
    {
      level,
      base: null,
      messageKey: 'event',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (name) => ({ level: name }) },
      serializers: { error: pino.stdSerializers.err },
      hooks: { streamWrite: redact },
    },
    batches,
  );
  return {
    log: (event) => ('error' in event ? events.error(event) : events.info(event)),
    request: events.isLevelEnabled('info') ? (line, fields) => batches.write(requestLine(line, fields)) : undefined,
    flush: () => batches.flush(),
  };
}

function prettyInto(destination: DestinationStream): DestinationStream {
  // Only now: most lines are read by machines.
  const pretty: typeof Pretty = createRequire(import.meta.url)('pino-pretty');
  return pretty({ ...PEOPLE, colorize: pretty.isColorSupported, destination });
}

/**
 * The same form as every other line, at a fraction of the cost: written out by hand, and only the path, which holds
 * what a caller wrote, is searched for credentials.
 */
function requestLine({ at, requestId, method, path, status, ms, address, traceparent }: RequestLine, fields: LogFields | undefined): string {
  const rest = (fields === undefined ? '' : fieldsOf(fields)) + member('traceparent', traceparent);
  return `{"level":"info","time":"${isoOf(at)}","event":"request","request_id":"${requestId}","method":"${method}","path":${shownPath(path)},"status":${status},"ms":${ms.toFixed(2)},"address":"${address}"${rest}}\n`;
}

const PATHS = 64;
const shownPaths = new Map<string, string>();

/** As JSON, without what looks like a credential. Most requests go to a few paths. */
function shownPath(path: string): string {
  const known = shownPaths.get(path);
  if (known !== undefined) return known;
  const shown = JSON.stringify(redactPath(path));
  if (shownPaths.size < PATHS && path.length < PATHS) shownPaths.set(path, shown);
  return shown;
}

/** By identity: whoever calls the same again is told of by the same fields. */
const written = new WeakMap<LogFields, string>();

function fieldsOf(fields: LogFields): string {
  const known = written.get(fields);
  if (known !== undefined) return known;
  const { operation, tenant, credential, client, code, reason } = fields;
  const text =
    member('operation', operation) +
    member('tenant', tenant ?? undefined) +
    member('credential', credential) +
    member('client', client) +
    member('code', code) +
    member('reason', reason);
  if (Object.isFrozen(fields)) written.set(fields, text);
  return text;
}

function member(name: string, value: string | undefined): string {
  return value === undefined ? '' : `,"${name}":${JSON.stringify(value)}`;
}

let lastMoment = 0;
let lastIso = '';

/** Many requests share a millisecond. */
function isoOf(at: number): string {
  if (at !== lastMoment) {
    lastMoment = at;
    lastIso = new Date(at).toISOString();
  }
  return lastIso;
}

/** Holds lines back for a moment, so that a busy server writes seldom. */
class Batches implements DestinationStream {
  readonly #sink: DestinationStream;
  #held = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(sink: DestinationStream) {
    this.#sink = sink;
  }

  write(line: string): void {
    this.#held += line;
    if (this.#held.length > HELD_CHARACTERS) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), HELD_MS).unref();
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#held === '') return;
    this.#sink.write(this.#held);
    this.#held = '';
  }
}
