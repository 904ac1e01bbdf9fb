import { ConfigError, flag, variable } from './config-error.js';
import { SIGN_IN_SETTINGS, type SignInConfig, readSignIn } from './config-sign-in.js';
import { isLoopbackName, originThrough } from './domain/address.js';

export { ConfigError };

/** How this server runs. Frozen; made once at start. */
export interface Config {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** The folder of the SQLite database, the root secret and the control socket. With `database` there is none. */
  readonly data: string;
  /** The URL of a PostgreSQL database as its serving role, password included; undefined for SQLite. */
  readonly database: string | undefined;
  /** The same as its owner. For `gatehouse migrate` and `gatehouse doctor isolation`; nothing is served with it. */
  readonly databaseAdmin: string | undefined;
  /** How many processes `gatehouse start` serves with on this machine; undefined: it serves by itself. */
  readonly workers: number | undefined;
  /** The origin under which callers reach this server. */
  readonly publicUrl: string | undefined;
  /** Proxies whose `X-Forwarded-*` headers are believed. */
  readonly trustProxy: readonly string[];
  /** Origins, beside our own, whose pages may call us. */
  readonly corsOrigins: readonly string[];
  readonly secret: string | undefined;
  /** What opens `/metrics`; undefined: only a caller on this machine may look, and only where nothing stands before this server. */
  readonly metricsToken: string | undefined;
  readonly logLevel: string;
  /** Programs that nobody can let in: their ids, or the hosts of their metadata documents. */
  readonly blockedClients: readonly string[];
  /** Failed authentications in a minute from one address before the answer is 429. */
  readonly failedAuthPerMinute: number;
  /** Bound to loopback, and no public URL. */
  readonly development: boolean;
  /** How people sign in. Settings of the environment alone. */
  readonly signIn: SignInConfig;
  /** The platform's own settings, by the names it declared. */
  readonly settings: Readonly<Record<string, string | undefined>>;
}

/** Flags of the command line, `--public-url` as `publicUrl`. Each is also the environment's `GATEHOUSE_PUBLIC_URL`. */
export type Flags = Readonly<Record<string, string | undefined>>;
export type Environment = Readonly<Record<string, string | undefined>>;

const KNOWN = [
  'host',
  'port',
  'data',
  'database',
  'database-admin',
  'workers',
  'public-url',
  'trust-proxy',
  'cors-origins',
  'secret',
  'metrics-token',
  'log-level',
  'failed-auth-per-minute',
  'blocked-clients',
  'platform',
  ...SIGN_IN_SETTINGS,
] as const;
const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'];

type Setting = (typeof KNOWN)[number];
type Read = (name: Setting) => string | undefined;

/** Reads flags first, then the environment. @throws {ConfigError} naming the setting */
export function readConfig(flags: Flags, environment: Environment, settings: readonly string[]): Config {
  refuseUnknown(environment);
  const read: Read = (name) => {
    const value = flags[flag(name)] ?? environment[variable(name)];
    return value === undefined || value.trim() === '' ? undefined : value.trim();
  };
  const host = read('host') ?? '127.0.0.1';
  const publicUrl = publicOrigin(read('public-url'));
  const loopback = isLoopbackName(host);
  if (!loopback && publicUrl === undefined) {
    throw new ConfigError(
      '--public-url',
      `is required when the server listens on ${host}, which is not loopback: say under which origin callers reach it, such as https://api.example.com.`,
    );
  }
  const development = loopback && publicUrl === undefined;
  return Object.freeze({
    host,
    port: whole('--port', read('port') ?? '4100', 0, 65_535),
    data: read('data') ?? './data',
    ...databaseSettings(read),
    publicUrl,
    trustProxy: ranges(read('trust-proxy')),
    corsOrigins: list(read('cors-origins')).map((origin) => originOf('--cors-origins', origin)),
    secret: read('secret'),
    metricsToken: metricsToken(read('metrics-token')),
    logLevel: oneOf('--log-level', read('log-level') ?? 'info', LEVELS),
    failedAuthPerMinute: whole('--failed-auth-per-minute', read('failed-auth-per-minute') ?? '300', 1, 1_000_000),
    blockedClients: list(read('blocked-clients')),
    development,
    signIn: readSignIn(read, { publicUrl, development }),
    settings: Object.freeze(Object.fromEntries(settings.map((name) => [name, environment[name]?.trim() || undefined]))),
  });
}

/** As it is sent: what a header can carry (RFC 6750, section 2.1), and nobody guesses. */
function metricsToken(text: string | undefined): string | undefined {
  if (text !== undefined && !/^[A-Za-z0-9._~+/=-]{32,512}$/.test(text)) {
    throw new ConfigError(
      '--metrics-token',
      'must be at least 32 letters, digits or any of -._~+/=, for example from `openssl rand -hex 32` (what was given is not repeated here).',
    );
  }
  return text;
}

function databaseSettings(read: Read): Pick<Config, 'database' | 'databaseAdmin' | 'workers'> {
  const database = postgresUrl('--database', read('database'));
  const databaseAdmin = postgresUrl('--database-admin', read('database-admin'));
  const workers = read('workers');
  if (read('data') !== undefined && (database ?? databaseAdmin) !== undefined) {
    throw new ConfigError('--data', 'is for SQLite, and --database for PostgreSQL, which has no data folder: give one of them.');
  }
  // The owner migrates without it.
  if (database !== undefined && databaseAdmin === undefined && read('secret') === undefined) {
    throw new ConfigError(
      'GATEHOUSE_SECRET',
      'is required with PostgreSQL, the same for every process: at least 32 random characters, for example from `openssl rand -hex 32`.',
    );
  }
  if (workers !== undefined && database === undefined) {
    throw new ConfigError('--workers', 'needs PostgreSQL (--database): one process alone serves a SQLite file.');
  }
  return { database, databaseAdmin, workers: workers === undefined ? undefined : whole('--workers', workers, 1, 64) };
}

/** Whoever is told that it is wrong is not shown it: it holds a password. */
function postgresUrl(setting: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const right = /^postgres(ql)?:\/\//.test(text) && URL.canParse(text) && new URL(text).pathname.length > 1;
  if (!right) throw new ConfigError(setting, 'must be a URL such as postgres://role:password@127.0.0.1:5432/gatehouse (what was given is not repeated here).');
  return text;
}

/** Which database it is, for people: without the role and its password. */
export function shownDatabase(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

function refuseUnknown(environment: Environment): void {
  const known = new Set(KNOWN.map(variable));
  for (const name of Object.keys(environment)) {
    if (name.startsWith('GATEHOUSE_') && !known.has(name)) throw new ConfigError(name, `is no setting. Known are ${[...known].join(', ')}.`);
  }
}

function publicOrigin(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const origin = originOf('--public-url', text);
  const { protocol, hostname } = new URL(origin);
  if (protocol !== 'https:' && !isLoopbackName(hostname)) throw new ConfigError('--public-url', `must begin with https:// (got ${text}).`);
  return origin;
}

/** An origin (RFC 6454): scheme, host and port, and nothing behind them. */
function originOf(setting: string, text: string): string {
  if (!URL.canParse(text)) throw new ConfigError(setting, `"${text}" is not a URL such as https://api.example.com.`);
  const url = new URL(text);
  if (!['http:', 'https:'].includes(url.protocol)) throw new ConfigError(setting, `"${text}" must begin with https:// (or http:// on loopback).`);
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '')
    throw new ConfigError(setting, `"${text}" must be an origin: scheme, host and port, without a path.`);
  return url.origin;
}

function ranges(text: string | undefined): readonly string[] {
  const given = list(text);
  try {
    originThrough(given);
  } catch (error) {
    throw new ConfigError('--trust-proxy', `${error instanceof Error ? error.message : String(error)}.`);
  }
  return given;
}

function list(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function whole(setting: string, text: string, from: number, to: number): number {
  const value = Number(text);
  if (!/^[0-9]+$/.test(text) || value < from || value > to) throw new ConfigError(setting, `must be a whole number from ${from} to ${to} (got "${text}").`);
  return value;
}

function oneOf(setting: string, text: string, allowed: readonly string[]): string {
  if (!allowed.includes(text)) throw new ConfigError(setting, `must be one of ${allowed.join(', ')} (got "${text}").`);
  return text;
}
