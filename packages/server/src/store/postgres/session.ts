import { Client, type ClientConfig, type QueryConfig, type QueryResult as Answer } from 'pg';
import type { Place } from '../sql/ddl-postgres.js';
import { UnavailableError } from '../../domain/unavailable-error.js';
import { giveWay } from './give-way.js';
import { endsConnection, translated } from './pg-error.js';
import { parserOf } from './types.js';

export interface SessionOptions {
  /** `postgres://user:password@host:port/database`. In no error and no log. */
  readonly url: string;
  /** As the database's own lists of sessions show it. @default 'gatehouse' */
  readonly applicationName?: string;
  /** @default 5 */
  readonly connectTimeoutSeconds?: number;
  /** How long one statement may take, waiting for locks included. @default 10 */
  readonly statementTimeoutSeconds?: number;
  /** What the constraints of the declared tables are about, by name: under row-level security the database leaves it out. */
  readonly places?: ReadonlyMap<string, Place>;
  /** Called once, when nothing more can be asked; without an error where this side has ended it. */
  onEnd?(error: Error | undefined): void;
  onNotify?(channel: string, payload: string): void;
}

export interface Field {
  readonly name: string;
  /** The type's number. */
  readonly dataTypeID: number;
  /** The table and the column that it comes from; 0 where it comes from none. */
  readonly tableID: number;
  readonly columnID: number;
}

export interface QueryResult {
  readonly rows: Record<string, unknown>[];
  readonly fields: readonly Field[];
  /** How many rows were changed, or answered. */
  readonly rowCount: number;
  /** The tag that the database answers with: `INSERT`, `COMMIT`, and `ROLLBACK` for a commit that kept nothing. */
  readonly command: string;
}

/** How much longer than a statement's own limit an answer is waited for: then the connection was cut without a word. */
const GRACE_SECONDS = 2;
const KEEP_ALIVE_MS = 10_000;
const GOODBYE_MS = 2000;

/**
 * One connection. What is asked is written at once and answered in order, so that statements which need no answer before the
 * next cost no round trip. Every question settles: with `UnavailableError` where the connection ended before the answer.
 */
export class Session {
  readonly #client: Client;
  readonly #onEnd: SessionOptions['onEnd'];
  readonly #places: SessionOptions['places'];
  #alive = false;
  #failure: Error | undefined;
  #unanswered = 0;
  #corked = false;
  /** Runs out where an answer is due for too long; begun anew by the first question, and by each answer. */
  readonly #watch: NodeJS.Timeout;

  private constructor(options: SessionOptions) {
    const statementSeconds = options.statementTimeoutSeconds ?? 10;
    this.#onEnd = options.onEnd?.bind(options);
    this.#places = options.places;
    this.#client = clientOf(options, statementSeconds);
    this.#watch = setTimeout(() => this.#waitedLong(), (statementSeconds + GRACE_SECONDS) * 1000).unref();
    this.#client.on('error', (error) => this.#fail(translated(error)));
    this.#client.on('end', () => this.#fail(undefined));
    this.#client.on('notification', ({ channel, payload }) => options.onNotify?.(channel, payload ?? ''));
  }

  /** @throws {UnavailableError} where the database is out of reach; another error where it does not want this user or has no such database */
  static async open(options: SessionOptions): Promise<Session> {
    const session = new Session(options);
    try {
      await session.#client.connect();
    } catch (error) {
      clearTimeout(session.#watch);
      void session.#client.end().catch(() => {});
      const failure = translated(error);
      throw failure instanceof UnavailableError ? new UnavailableError(failure.message, { cause: failure.cause, inDoubt: false }) : failure;
    }
    session.#alive = true;
    giveWay(session.#client.connection.stream);
    return session;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /**
   * Asks at once, and answers in its turn.
   * @param values where given, though none, the text is one statement; without, it may be several, the last of which answers
   * @param name under which the statement is prepared, once a session; give none where the text is not one of a few
   */
  async query(text: string, values?: readonly unknown[], name?: string): Promise<QueryResult> {
    if (!this.#alive)
      throw new UnavailableError(this.#failure?.message ?? 'The connection to the database is closed', { cause: this.#failure, inDoubt: false });
    this.#unanswered += 1;
    if (this.#unanswered === 1) this.#watch.refresh();
    this.#cork();
    try {
      return resultOf(await this.#client.query(queryOf(text, values, name)));
    } catch (error) {
      const failure = this.#failure ?? translated(error, this.#places);
      if (failure instanceof UnavailableError && endsConnection(error)) this.#fail(failure);
      throw failure;
    } finally {
      this.#unanswered -= 1;
      if (this.#unanswered > 0) this.#watch.refresh();
    }
  }

  /** Waits for what was asked, then says goodbye. */
  async close(): Promise<void> {
    if (!this.#alive) return;
    this.#alive = false;
    const timer = setTimeout(() => this.#client.connection.stream.destroy(), GOODBYE_MS);
    await this.#client.end().catch(() => {});
    clearTimeout(timer);
    clearTimeout(this.#watch);
  }

  /** Ends it now: what was asked and not answered is not known to be done. */
  destroy(): void {
    this.#fail(new UnavailableError('The connection to the database was given up'));
  }

  #fail(error: Error | undefined): void {
    const wasAlive = this.#alive;
    this.#alive = false;
    if (error !== undefined) this.#failure ??= error;
    clearTimeout(this.#watch);
    // The socket is closed without a word: nobody may be at its other end.
    if (error !== undefined) this.#client.connection.stream.destroy();
    if (wasAlive) this.#onEnd?.(error);
  }

  #waitedLong(): void {
    if (this.#unanswered > 0) this.#fail(new UnavailableError('The database does not answer any more'));
  }

  /** What is asked in one turn of the event loop is written at once: each write costs as much as a question. */
  #cork(): void {
    if (this.#corked) return;
    this.#corked = true;
    const { stream } = this.#client.connection;
    stream.cork();
    process.nextTick(() => {
      this.#corked = false;
      stream.uncork();
    });
  }
}

/** What is wrong with a URL is told without it. */
function clientOf(options: SessionOptions, statementSeconds: number): Client {
  try {
    return new Client(configOf(options, statementSeconds));
  } catch {
    throw new Error("The database's URL cannot be read: give it as postgres://user:password@host:port/database");
  }
}

function configOf({ url, applicationName = 'gatehouse', connectTimeoutSeconds = 5 }: SessionOptions, statementSeconds: number): ClientConfig {
  return {
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: connectTimeoutSeconds * 1000,
    statement_timeout: statementSeconds * 1000,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    pipeline: true,
    types: { getTypeParser: (type: number) => parserOf(type) },
  };
}

/** The driver would send a text without values by a protocol that takes several statements in one. */
function queryOf(text: string, values: readonly unknown[] | undefined, name: string | undefined): QueryConfig {
  if (values === undefined) return { text };
  const query = { text, values: [...values], queryMode: 'extended' };
  return name === undefined ? query : { ...query, name };
}

function resultOf(answer: Answer<Record<string, unknown>> | Answer<Record<string, unknown>>[]): QueryResult {
  const last = Array.isArray(answer) ? answer.at(-1) : answer;
  const { rows, fields, rowCount, command } = last ?? { rows: [], fields: [], rowCount: 0, command: '' };
  return { rows, fields, rowCount: rowCount ?? 0, command };
}
