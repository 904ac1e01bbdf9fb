import { SIGN_IN_SETTINGS, type SignInConfig, readSignIn } from './config-sign-in.js';
import { isLoopbackName, originThrough } from './domain/address.js';
import { ConfigError, type Environment, type Flags, Given, variable } from './config-given.js';

export { ConfigError, type Environment, type Flags };

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
  /** Whether programs may come with the address of their metadata document for an id. */
  readonly clientDocuments: boolean;
  /** Failed authentications in a minute from one address before the answer is 429. */
  readonly failedAuthPerMinute: number;
  /** Bound to loopback, and no public URL. */
  readonly development: boolean;
  /** How people sign in. Settings of the environment alone. */
  readonly signIn: SignInConfig;
  /** The platform's own settings, by the names it declared. */
  readonly settings: Readonly<Record<string, string | undefined>>;
}

const FLAGS = [
  'host',
  'port',
  'data',
  'database',
  'database-admin',
  'workers',
  'public-url',
  'trust-proxy',
  'cors-origins',
  'metrics-token',
  'log-level',
  'failed-auth-per-minute',
  'blocked-clients',
  'client-documents',
  'platform',
] as const;
const VARIABLES = ['secret', ...SIGN_IN_SETTINGS] as const;
const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'];
const SECRET_LENGTH = 32;

type Setting = (typeof FLAGS)[number] | (typeof VARIABLES)[number];
type Settings = Given<Setting>;

/** Reads flags first, then the environment. @throws {ConfigError} naming the setting where it was given */
export function readConfig(flags: Flags, environment: Environment, settings: readonly string[]): Config {
  refuseUnknown(environment);
  const given: Settings = new Given(flags, environment, VARIABLES);
  const host = given.read('host') ?? '127.0.0.1';
  const publicUrl = publicOrigin(given);
  const loopback = isLoopbackName(host);
  if (!loopback && publicUrl === undefined) {
    throw given.fault(
      'public-url',
      `is required when the server listens on ${host}, which is not loopback: say under which origin callers reach it, such as https://api.example.com.`,
    );
  }
  const development = loopback && publicUrl === undefined;
  return Object.freeze({
    host,
    port: whole(given, 'port', '4100', 0, 65_535),
    data: given.read('data') ?? './data',
    ...databaseSettings(given),
    publicUrl,
    trustProxy: ranges(given),
    corsOrigins: list(given, 'cors-origins').map((origin) => originOf(given, 'cors-origins', origin)),
    secret: rootSecret(given),
    metricsToken: metricsToken(given),
    logLevel: logLevel(given),
    failedAuthPerMinute: whole(given, 'failed-auth-per-minute', '300', 1, 1_000_000),
    blockedClients: list(given, 'blocked-clients'),
    clientDocuments: isOn(given, 'client-documents', 'on'),
    development,
    signIn: readSignIn(given, { publicUrl, development }),
    settings: Object.freeze(Object.fromEntries(settings.map((name) => [name, environment[name]?.trim() || undefined]))),
  });
}

function rootSecret(given: Settings): string | undefined {
  const secret = given.read('secret');
  if (secret !== undefined && secret.length < SECRET_LENGTH)
    throw given.fault('secret', `give it at least ${SECRET_LENGTH} random characters, for example from \`openssl rand -hex 32\`.`);
  return secret;
}

/** As it is sent: what a header can carry (RFC 6750, section 2.1), and nobody guesses. */
function metricsToken(given: Settings): string | undefined {
  const text = given.read('metrics-token');
  if (text !== undefined && !/^[A-Za-z0-9._~+/=-]{32,512}$/.test(text)) {
    throw given.fault(
      'metrics-token',
      'must be at least 32 letters, digits or any of -._~+/=, for example from `openssl rand -hex 32` (what was given is not repeated here).',
    );
  }
  return text;
}

function databaseSettings(given: Settings): Pick<Config, 'database' | 'databaseAdmin' | 'workers'> {
  const database = postgresUrl(given, 'database');
  const databaseAdmin = postgresUrl(given, 'database-admin');
  if (given.read('data') !== undefined && (database ?? databaseAdmin) !== undefined)
    throw given.fault('data', 'is for SQLite, and --database for PostgreSQL, which has no data folder: give one of them.');
  // The owner migrates without it.
  if (database !== undefined && databaseAdmin === undefined && given.read('secret') === undefined) {
    throw given.fault(
      'secret',
      'is required with PostgreSQL, the same for every process: at least 32 random characters, for example from `openssl rand -hex 32`.',
    );
  }
  if (given.read('workers') === undefined) return { database, databaseAdmin, workers: undefined };
  if (database === undefined) throw given.fault('workers', 'needs PostgreSQL (--database): one process alone serves a SQLite file.');
  return { database, databaseAdmin, workers: whole(given, 'workers', '1', 1, 64) };
}

/** Whoever is told that it is wrong is not shown it: it holds a password. */
function postgresUrl(given: Settings, name: Setting): string | undefined {
  const text = given.read(name);
  if (text === undefined) return undefined;
  const right = /^postgres(ql)?:\/\//.test(text) && URL.canParse(text) && new URL(text).pathname.length > 1;
  if (!right) throw given.fault(name, 'must be a URL such as postgres://role:password@127.0.0.1:5432/gatehouse (what was given is not repeated here).');
  return text;
}

/** Which database it is, for people: without the role and its password. */
export function shownDatabase(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

function refuseUnknown(environment: Environment): void {
  const known = new Set([...FLAGS, ...VARIABLES].map(variable));
  for (const name of Object.keys(environment)) {
    if (name.startsWith('GATEHOUSE_') && !known.has(name)) throw new ConfigError(name, `is no setting. Known are ${[...known].join(', ')}.`);
  }
}

function publicOrigin(given: Settings): string | undefined {
  const text = given.read('public-url');
  if (text === undefined) return undefined;
  const origin = originOf(given, 'public-url', text);
  const { protocol, hostname } = new URL(origin);
  if (protocol !== 'https:' && !isLoopbackName(hostname)) throw given.fault('public-url', `must begin with https:// (got ${text}).`);
  return origin;
}

/** An origin (RFC 6454): scheme, host and port, and nothing behind them. */
function originOf(given: Settings, name: Setting, text: string): string {
  if (!URL.canParse(text)) throw given.fault(name, `"${text}" is not a URL such as https://api.example.com.`);
  const url = new URL(text);
  if (!['http:', 'https:'].includes(url.protocol)) throw given.fault(name, `"${text}" must begin with https:// (or http:// on loopback).`);
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '')
    throw given.fault(name, `"${text}" must be an origin: scheme, host and port, without a path.`);
  return url.origin;
}

function ranges(given: Settings): readonly string[] {
  const proxies = list(given, 'trust-proxy');
  try {
    originThrough(proxies);
  } catch (error) {
    throw given.fault('trust-proxy', `${error instanceof Error ? error.message : String(error)}.`);
  }
  return proxies;
}

function list(given: Settings, name: Setting): string[] {
  return (given.read(name) ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function whole(given: Settings, name: Setting, otherwise: string, from: number, to: number): number {
  const text = given.read(name) ?? otherwise;
  const value = Number(text);
  if (!/^[0-9]+$/.test(text) || value < from || value > to) throw given.fault(name, `must be a whole number from ${from} to ${to} (got "${text}").`);
  return value;
}

function isOn(given: Settings, name: Setting, otherwise: 'on' | 'off'): boolean {
  const text = given.read(name) ?? otherwise;
  if (text !== 'on' && text !== 'off') throw given.fault(name, `must be on or off (got "${text}").`);
  return text === 'on';
}

function logLevel(given: Settings): string {
  const text = given.read('log-level') ?? 'info';
  if (!LEVELS.includes(text)) throw given.fault('log-level', `must be one of ${LEVELS.join(', ')} (got "${text}").`);
  return text;
}
