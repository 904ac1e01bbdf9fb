import type { Column, TableDef } from '../../domain/tables.js';
import type { ExportedRow, ExportKind, ExportOf } from '../../store/exports.js';
import type { Store } from '../../store/store.js';
import { pageOf } from './rows.js';

export interface ExportOptions {
  readonly store: Pick<Store, 'db' | 'exports' | 'tenants' | 'users' | 'invitations'>;
  readonly tables: readonly TableDef[];
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** A file that is read from the database as it is sent. */
export interface ExportFile {
  readonly filename: string;
  readonly content_type: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Whether whoever asked may still read it. Asked with each portion: a reader who is slow enough could read for days. */
export type MayGoOn = () => Promise<boolean>;

const always: MayGoOn = async () => true;

const OWN_AT_ONCE = 200;
/** Rows of a platform's may be large: a portion grows while it is small, and shrinks. */
const ROWS_FIRST = 20;
const ROWS_MOST = 500;
const PORTION_CHARACTERS = 1_000_000;

const encoder = new TextEncoder();

/**
 * Exports, as lines of JSON. Each line says what it `is`; the last one is `end`, with how many there were before it, so that a file which was cut
 * off is known to be. It is no snapshot: what changes meanwhile may be in it or not.
 */
export class ExportService {
  readonly #options: ExportOptions;

  constructor(options: ExportOptions) {
    this.#options = options;
  }

  /** All of a tenant: members, invitations, keys without what finds them, sessions, grants, and every declared table's rows. */
  tenant(tenant: string, mayGoOn: MayGoOn = always): ExportFile {
    return this.#file(`tenant-${tenant}`, this.#tenantLines(tenant), mayGoOn);
  }

  /** All of a person, with their own space. */
  person(user: string, mayGoOn: MayGoOn = always): ExportFile {
    return this.#file(`account-${user}`, this.#personLines(user), mayGoOn);
  }

  #file(name: string, lines: AsyncIterable<readonly object[]>, mayGoOn: MayGoOn): ExportFile {
    const day = new Date(this.#options.now()).toISOString().slice(0, 10);
    return { filename: `${name}-${day}.ndjson`, content_type: 'application/x-ndjson', bytes: written(lines, mayGoOn) };
  }

  async *#tenantLines(tenant: string): AsyncGenerator<readonly object[]> {
    const { store, tables } = this.#options;
    const found = await store.tenants.find(tenant);
    if (found === undefined) return;
    const { externalId: _external, ...shown } = found;
    yield [{ is: 'tenant', ...shown, createdAt: undefined, created_at: iso(found.createdAt) }];
    for (const kind of ['members', 'invitations', 'keys', 'sessions', 'grants'] as const) yield* this.#own(kind, { tenant });
    for (const table of tables) yield* this.#rows(tenant, table);
  }

  async *#personLines(user: string): AsyncGenerator<readonly object[]> {
    const { store } = this.#options;
    const found = await store.users.find(user);
    if (found === undefined) return;
    const { id, email, emailVerified, name, homeTenant, createdAt } = found;
    yield [{ is: 'user', id, email, email_verified: emailVerified, name, home_tenant: homeTenant, created_at: iso(createdAt) }];
    for (const kind of ['identities', 'members', 'keys', 'sessions', 'grants'] as const) yield* this.#own(kind, { user });
    yield* this.#tenantLines(homeTenant);
  }

  async *#own(kind: ExportKind, of: ExportOf): AsyncGenerator<readonly object[]> {
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<Store['exports']['page']>> = await this.#options.store.exports.page(kind, of, after, OWN_AT_ONCE);
      yield page.rows.map((row) => ({ is: SINGULAR[kind], ...shownOf(row) }));
      after = page.after;
    } while (after !== null);
  }

  async *#rows(tenant: string, table: TableDef): AsyncGenerator<readonly object[]> {
    const shown = Object.entries(table.columns).filter(([name]) => table.sealed?.includes(name) !== true);
    let after = '';
    let most = ROWS_FIRST;
    for (;;) {
      const rows = await pageOf(this.#options.store, tenant, table, after, most);
      const lines = rows.map((row) => ({
        is: 'row',
        table: table.name,
        row: Object.fromEntries(shown.map(([name, column]) => [name, shownValue(column, row[name])])),
      }));
      yield lines;
      const last = rows.at(-1);
      if (last === undefined || rows.length < most) return;
      after = String(last.id);
      most = JSON.stringify(lines).length > PORTION_CHARACTERS ? Math.max(1, most >> 2) : Math.min(ROWS_MOST, most * 2);
    }
  }
}

const SINGULAR: Readonly<Record<ExportKind, string>> = {
  members: 'member',
  invitations: 'invitation',
  keys: 'key',
  sessions: 'session',
  grants: 'grant',
  identities: 'identity',
};

/** @throws where it may not go on: the file breaks off */
async function* written(portions: AsyncIterable<readonly object[]>, mayGoOn: MayGoOn): AsyncGenerator<Uint8Array> {
  let count = 0;
  for await (const lines of portions) {
    if (!(await mayGoOn())) throw new Error('Whoever asked for this export may not read it any more.');
    count += lines.length;
    if (lines.length > 0) yield encoder.encode(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }
  yield encoder.encode(`${JSON.stringify({ is: 'end', lines: count })}\n`);
}

function shownOf(row: ExportedRow): object {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, name.endsWith('_at') && typeof value === 'number' ? iso(value) : value]));
}

function shownValue({ kind }: Column, value: unknown): unknown {
  if (kind === 'timestamp' && typeof value === 'number') return iso(value);
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
