import { Writable } from 'node:stream';
import {
  type Environment,
  type Flags,
  type Gatehouse,
  type GatehouseOptions,
  type Platform,
  Refusal,
  createLogger,
  openGatehouse,
  readConfig,
} from 'gatehouse';
import { type AppDatabase, type DatabaseKind, copiedAppDatabase, databaseKind } from './app-database.js';
import { expectNoSecrets } from './secret-watch.js';

export interface TestClock {
  now(): number;
  /** Moves on by milliseconds. */
  advance(ms: number): void;
}

/** A clock that stands still until it is told otherwise. */
export function settableClock(start = Date.parse('2026-01-31T09:30:00Z')): TestClock {
  let at = start;
  return {
    now: () => at,
    advance(ms) {
      at += ms;
    },
  };
}

export interface TestApp {
  readonly gatehouse: Gatehouse;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly clock: TestClock;
  readonly folder: string;
  /** Every line logged so far. */
  logged(): string;
  /** What was shown to whoever develops: links that sign in. */
  printed(): string;
  /** A user (made if unknown) and a raw key of theirs. */
  key(email: string, scopes?: readonly string[], more?: { readonly expiresAt?: number }): Promise<TestKey>;
  /** A call as JSON; `body` undefined sends none. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** One JSON-RPC message to `/mcp`. */
  rpc(key: string, method: string, params?: object, id?: number | string): Promise<Answer>;
  close(): Promise<void>;
}

export interface TestKey {
  readonly raw: string;
  readonly id: string;
  readonly user: string;
  readonly tenant: string;
}

export interface CallOptions {
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where it is JSON. */
  // The shape is whatever the server sent: tests look into it.
  // biome-ignore lint/suspicious/noExplicitAny: a test reads the members it asserts on
  readonly body: any;
  readonly text: string;
}

export interface OpenOptions extends Pick<GatehouseOptions, 'randomInt'> {
  readonly flags?: Flags;
  readonly environment?: Environment;
  readonly clock?: TestClock;
  /** A new one of this kind, or one that is there. @default what the run is on */
  readonly database?: DatabaseKind | AppDatabase;
  /** As the package's own tests may: with what stands outside in another place. @default openGatehouse */
  readonly open?: typeof openGatehouse;
}

/** The real app on an empty database and a free port. Close it. */
export async function openApp(platform: Platform, options: OpenOptions = {}): Promise<TestApp> {
  const { flags = {}, environment = {}, clock = settableClock(), open = openGatehouse, database: asked = databaseKind(), ...chance } = options;
  const { database, folder, content, remove } = typeof asked === 'string' ? await copiedAppDatabase(asked, platform) : asked;
  const lines: string[] = [];
  const shown: string[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const logger = createLogger({ level: 'info', pretty: false, destination });
  const config = readConfig({ port: '0', data: folder, ...flags }, environment, platform.settings);
  const gatehouse = await open({
    platform,
    config,
    logger,
    database,
    rootSecret: 'a root secret for tests, long enough',
    now: clock.now,
    ...chance,
    print: (text) => void shown.push(text),
  });
  const url = await gatehouse.listen();
  const call: TestApp['call'] = (method, path, options) => send(url, method, path, options);
  return {
    gatehouse,
    url,
    clock,
    folder,
    logged() {
      logger.flush();
      return lines.join('');
    },
    printed: () => shown.join(''),
    call,
    key: (email, scopes, more) => mint(gatehouse, email, scopes, more),
    rpc: (key, method, params, id = 1) =>
      call('POST', '/mcp', { token: key, body: { jsonrpc: '2.0', id, method, ...(params === undefined ? {} : { params }) } }),
    async close() {
      await gatehouse.close();
      logger.flush();
      expectNoSecrets(lines.join(''), await content());
      await remove();
    },
  };
}

async function mint(gatehouse: Gatehouse, email: string, scopes: readonly string[] = ['*'], more: { readonly expiresAt?: number } = {}): Promise<TestKey> {
  const user = await gatehouse.users.findOrCreate(email);
  if (user instanceof Refusal) throw user;
  const made = await gatehouse.keys.mint({ tenant: user.homeTenant, user: user.id, name: 'test', scopes, createdBy: 'test', ...more });
  if (made instanceof Refusal) throw made;
  return { raw: made.raw, id: made.key.id, user: user.id, tenant: user.homeTenant };
}

async function send(url: string, method: string, path: string, { token, body, headers = {} }: CallOptions = {}): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: jsonIn(text) };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
