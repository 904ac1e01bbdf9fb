import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ColumnKind, TableDef } from '../../domain/tables.js';
import type { Driver, RowObject, SqlValue, Statement } from '../../store/sqlite/driver.js';
import { loadDriver } from '../../store/sqlite/load-driver.js';
import { type AdminTable, type Administrator, type Party, type PartyRows, type Scratch, type TableRows, adminTables } from './scratch.js';

/** A SQLite file in a temporary folder. The tables are made when it is first opened as a store. */
export function sqliteScratch(tables: readonly TableDef[]): Scratch {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-isolation-'));
  const file = join(folder, 'gatehouse.db');
  const administrator = new SqliteAdministrator(adminTables(tables), file);
  return {
    kind: 'SQLite',
    // Each connection makes its own guards, or none.
    database: async () => ({ file }),
    administrator,
    async remove() {
      administrator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Seen {
  readonly seen: string;
  readonly rows: TableRows;
}

/** What was there before an attack is there again after it: few are enough. */
const REMEMBERED = 4;

class SqliteAdministrator implements Administrator {
  readonly tables: readonly AdminTable[];
  readonly #file: string;
  readonly #statements = new Map<string, Statement>();
  /** What was read last of each party, and at which state of the database. */
  readonly #read = new Map<Party, { readonly at: string; readonly rows: PartyRows }>();
  /** What was read of each table, the last first, and what all of it looked like in one text: rows are made of that only where it is another. */
  readonly #tables = new Map<Party, Map<AdminTable, readonly Seen[]>>();
  readonly #columns = new Map<AdminTable, string>();
  #writes = 0;
  #driver: Driver | undefined;

  constructor(tables: readonly AdminTable[], file: string) {
    this.tables = tables;
    this.#file = file;
  }

  async rows(party: Party): Promise<PartyRows> {
    await this.#open();
    const known = this.#read.get(party);
    const at = this.#state();
    if (known?.at === at) return known.rows;
    const rows = new Map(this.tables.map((table) => [table.name, this.#rowsOf(table, party)] as const));
    this.#read.set(party, { at, rows });
    return rows;
  }

  async write(table: AdminTable, rows: readonly string[]) {
    await this.#atOnce(rows, (row) => {
      const columns = Object.keys(row).map((name) => `"${name}"`);
      const changes = columns.map((name) => `${name} = excluded.${name}`);
      const key = table.key.map((name) => `"${name}"`).join(', ');
      const sql = `insert into "${table.name}" (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')}) on conflict (${key}) do update set ${changes.join(', ')}`;
      this.#prepared(sql).run(Object.values(row));
    });
  }

  async remove(table: AdminTable, rows: readonly string[]) {
    await this.#atOnce(rows, (row) => {
      const sql = `delete from "${table.name}" where ${table.key.map((name) => `"${name}" = ?`).join(' and ')}`;
      this.#prepared(sql).run(table.key.map((name) => row[name] ?? null));
    });
  }

  stored(kind: ColumnKind, value: unknown): unknown {
    if (value === null) return null;
    if (kind === 'boolean') return value === true ? 1 : 0;
    if (kind === 'json') return JSON.stringify(value);
    return value instanceof Uint8Array ? hexed(value) : value;
  }

  loaded(kind: ColumnKind, value: unknown): unknown {
    if (value === null) return null;
    if (kind === 'boolean') return value === 1;
    if (kind === 'json') return JSON.parse(String(value));
    return bytesIn(value) ?? value;
  }

  close(): void {
    this.#statements.clear();
    this.#driver?.close();
  }

  /** Counts what other connections have committed, and what was written here: most attacks commit nothing. */
  #state(): string {
    return `${String(this.#prepared('pragma data_version').get([])?.data_version)}.${this.#writes}`;
  }

  #rowsOf(table: AdminTable, party: Party): TableRows {
    const ids = idsOf(table, party);
    const where = `from "${table.name}" t where ${table.owner ?? `"${table.column}"`} in (${ids.map(() => '?').join(', ')})`;
    const seen = String(this.#prepared(`select json_group_array(json_array(${this.#columnsOf(table)})) as seen ${where}`).get(ids)?.seen);
    const tables = this.#tables.get(party) ?? new Map<AdminTable, readonly Seen[]>();
    this.#tables.set(party, tables);
    const before = tables.get(table) ?? [];
    const now = before.find((one) => one.seen === seen) ?? { seen, rows: this.#tableRows(table, where, ids) };
    tables.set(table, [now, ...before.filter((one) => one !== now)].slice(0, REMEMBERED));
    return now.rows;
  }

  #tableRows(table: AdminTable, where: string, ids: readonly string[]): TableRows {
    const records = this.#prepared(`select * ${where}`).all(ids);
    return new Map(records.map((row) => [keyOf(table, row), written(table, row)]));
  }

  /** What is looked at of a row, in SQL: JSON has no bytes. */
  #columnsOf(table: AdminTable): string {
    const known = this.#columns.get(table);
    if (known !== undefined) return known;
    const names = this.#prepared(`select name from pragma_table_info('${table.name}')`)
      .all([])
      .map(({ name }) => String(name));
    const seen = names.filter((name) => name !== table.volatile).map((name) => `case typeof("${name}") when 'blob' then hex("${name}") else "${name}" end`);
    this.#columns.set(table, seen.join(', '));
    return seen.join(', ');
  }

  async #atOnce(rows: readonly string[], work: (row: RowObject) => void): Promise<void> {
    const driver = await this.#open();
    this.#writes += 1;
    driver.exec('begin immediate');
    try {
      for (const row of rows) work(read(row));
      driver.exec('commit');
    } finally {
      if (driver.inTransaction) driver.exec('rollback');
    }
  }

  #prepared(sql: string): Statement {
    const known = this.#statements.get(sql) ?? this.#driver?.prepare(sql);
    if (known === undefined) throw new Error('The scratch database is not open');
    this.#statements.set(sql, known);
    return known;
  }

  async #open(): Promise<Driver> {
    if (this.#driver !== undefined) return this.#driver;
    const open = await loadDriver();
    this.#driver = open(this.#file, false);
    this.#driver.exec('pragma busy_timeout = 5000; pragma foreign_keys = off; pragma synchronous = off');
    return this.#driver;
  }
}

function idsOf({ holds }: AdminTable, party: Party): readonly string[] {
  return holds === 'tenant' ? [party.tenant] : party[holds];
}

const keyOf = ({ key }: AdminTable, row: RowObject) => JSON.stringify(key.map((name) => row[name]));

const BYTES = '\u0000bytes:';

const hexed = (value: Uint8Array) => `${BYTES}${Buffer.from(value).toString('hex')}`;

function bytesIn(value: unknown): Buffer | undefined {
  return typeof value === 'string' && value.startsWith(BYTES) ? Buffer.from(value.slice(BYTES.length), 'hex') : undefined;
}

function written({ volatile }: AdminTable, row: RowObject): string {
  const entries = Object.entries(row).filter(([name]) => name !== volatile);
  return JSON.stringify(Object.fromEntries(entries.map(([name, value]) => [name, value instanceof Uint8Array ? hexed(value) : value])));
}

function read(row: string): RowObject {
  return JSON.parse(row, (_name, value: unknown) => bytesIn(value) ?? value) as Record<string, SqlValue>;
}
