import pg from 'pg';
import { newDatabase, type TestDatabase } from '../../../../test/support/postgres.js';
import type { TableDef } from '../../src/domain/tables.js';
import { openPostgresStore, type PostgresStoreOptions } from '../../src/store/postgres/index.js';
import { migratePostgres } from '../../src/store/postgres/migrate.js';
import type { Opening, Place } from './place.js';
import { tables as usual } from './tables.js';

/** One database of a test file. Those with the usual tables alone are emptied and used again: making one takes five times as long. */
export class PostgresPlace implements Place {
  readonly #database: TestDatabase;
  readonly #admin: pg.Client;
  readonly #more: Partial<PostgresStoreOptions>;
  #url = '';
  #migrated: readonly TableDef[] | undefined;

  private constructor(database: TestDatabase, more: Partial<PostgresStoreOptions>) {
    this.#database = database;
    this.#more = more;
    this.#admin = new pg.Client({ connectionString: database.adminUrl, pipeline: true });
  }

  static async make(more: Partial<PostgresStoreOptions> = {}): Promise<PostgresPlace> {
    const place = new PostgresPlace(await newDatabase(), more);
    await place.#admin.connect();
    return place;
  }

  /** The serving role's, once it has been opened. */
  get url(): string {
    return this.#url;
  }

  get hasUsualTables(): boolean {
    return this.#migrated === usual;
  }

  async migrate(tables: readonly TableDef[]): Promise<void> {
    if (this.#migrated === tables) return;
    const { url } = await migratePostgres({ adminUrl: this.#database.adminUrl, tables, now: () => 1_000 });
    this.#url = url ?? this.#url;
    this.#migrated = tables;
  }

  async open({ tables = [], layers, ...opening }: Opening): ReturnType<Place['open']> {
    await this.migrate(tables);
    // Whom row-level security does not hold, where it is off.
    const url = layers?.database === false ? this.#database.adminUrl : this.#url;
    return openPostgresStore({ url, tables, now: () => 1_000, ...(layers && { layers }), ...this.#more, ...opening });
  }

  async raw(sql: string): ReturnType<Place['raw']> {
    const { rows } = await this.#admin.query<Record<string, unknown>>(sql);
    return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, counted(value)])));
  }

  /** Row by row: a table that is cut short gets new files, and most of these tables are empty anyway. */
  async empty(): Promise<void> {
    const { rows } = await this.#admin.query<{ name: string }>(
      `select quote_ident(tablename) as name from pg_tables where schemaname = 'public' and tablename <> all ('{gatehouse_migrations,gatehouse_tables,gatehouse_canary,gatehouse_meta}')`,
    );
    const statements = [
      'begin',
      // Rows go in any order.
      'set local session_replication_role = replica',
      ...rows.map(({ name }) => `delete from ${name}`),
      "delete from gatehouse_meta where name not like 'postgres.%'",
      "select setval(oid::regclass, 1, false) from pg_class where relkind = 'S'",
      'commit',
    ];
    await this.#admin.query(statements.join('; '));
  }

  async remove(): Promise<void> {
    await this.#admin.end();
    await this.#database.drop();
  }
}

/** For a test file: places, and what removes them at its end. */
export function postgresPlaces(): { newPlace(): Promise<Place>; removeAll(): Promise<void> } {
  const free: PostgresPlace[] = [];
  return {
    async newPlace() {
      const place = free.pop() ?? (await PostgresPlace.make());
      return {
        open: (opening) => place.open(opening),
        raw: (sql) => place.raw(sql),
        async remove() {
          if (!place.hasUsualTables) return place.remove();
          await place.empty();
          free.push(place);
        },
      };
    },
    async removeAll() {
      await Promise.all(free.splice(0).map((place) => place.remove()));
    },
  };
}

/** The driver gives `bigint` as text. */
function counted(value: unknown): unknown {
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
}
