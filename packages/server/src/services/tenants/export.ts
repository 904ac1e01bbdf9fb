import { type Refusal, refuse } from '@gatehouse/contract';
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

/** Who reads an export. */
export interface Reader {
  /** undefined: the operator. */
  readonly user?: string;
  /** Asked with each portion: a reader who is slow enough could read for days. */
  readonly mayGoOn: () => Promise<boolean>;
}

const OPERATOR: Reader = { mayGoOn: async () => true };
/** Of one person, in one process. */
const AT_ONCE = 2;

const OWN_AT_ONCE = 200;
/** Rows of a platform's may be large: a portion grows while it is small, and shrinks. Small ones may be followed by large ones, so it never grows far. */
const ROWS_FIRST = 20;
const ROWS_MOST = 50;
const PORTION_LENGTH = 1_000_000;
/** Characters that are sent together. */
const CHUNK_LENGTH = 65_536;

const encoder = new TextEncoder();

/**
 * Exports, as lines of JSON. Each line says what it `is`; the last one is `end`, with how many there were before it, so that a file which was cut
 * off is known to be. It is no snapshot: what changes meanwhile may be in it or not.
 */
export class ExportService {
  readonly #options: ExportOptions;
  readonly #underWay = new Map<string, number>();

  constructor(options: ExportOptions) {
    this.#options = options;
  }

  /** All of a tenant: members, invitations, keys without what finds them, sessions, grants, and every declared table's rows. */
  tenant(tenant: string, reader: Reader = OPERATOR): ExportFile {
    return this.#file(`tenant-${tenant}`, this.#tenantLines(tenant), reader);
  }

  /** All of a person, with their own space. */
  person(user: string, reader: Reader = OPERATOR): ExportFile {
    return this.#file(`account-${user}`, this.#personLines(user), reader);
  }

  /** Each holds some rows in memory, for as long as its reader takes. */
  tooMany(user: string): Refusal | undefined {
    if ((this.#underWay.get(user) ?? 0) < AT_ONCE) return undefined;
    return refuse('rate_limited', `You have ${AT_ONCE} exports under way.`, { retryAfterSeconds: 60, next: 'Let one of them end first.' });
  }

  #file(name: string, lines: AsyncIterable<readonly object[]>, reader: Reader): ExportFile {
    const day = new Date(this.#options.now()).toISOString().slice(0, 10);
    return { filename: `${name}-${day}.ndjson`, content_type: 'application/x-ndjson', bytes: this.#written(lines, reader) };
  }

  /** @throws where there are too many, or whoever asked may not go on: the file breaks off */
  async *#written(portions: AsyncIterable<readonly object[]>, { user, mayGoOn }: Reader): AsyncGenerator<Uint8Array> {
    const refused = user === undefined ? undefined : this.tooMany(user);
    if (refused !== undefined) throw refused;
    this.#count(user, 1);
    try {
      yield* written(portions, mayGoOn);
    } finally {
      this.#count(user, -1);
    }
  }

  #count(user: string | undefined, change: 1 | -1): void {
    if (user === undefined) return;
    const count = (this.#underWay.get(user) ?? 0) + change;
    if (count === 0) this.#underWay.delete(user);
    else this.#underWay.set(user, count);
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
      most = lengthOf(rows) > PORTION_LENGTH ? Math.max(1, most >> 2) : Math.min(ROWS_MOST, most * 2);
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

async function* written(portions: AsyncIterable<readonly object[]>, mayGoOn: Reader['mayGoOn']): AsyncGenerator<Uint8Array> {
  let count = 0;
  for await (const lines of portions) {
    if (!(await mayGoOn())) throw new Error('Whoever asked for this export may not read it any more.');
    count += lines.length;
    yield* encoded(lines);
  }
  yield encoder.encode(`${JSON.stringify({ is: 'end', lines: count })}\n`);
}

function* encoded(lines: readonly object[]): Generator<Uint8Array> {
  let text = '';
  for (const line of lines) {
    text += `${JSON.stringify(line)}\n`;
    if (text.length < CHUNK_LENGTH) continue;
    yield encoder.encode(text);
    text = '';
  }
  if (text !== '') yield encoder.encode(text);
}

/** What rows take up, about. */
function lengthOf(rows: readonly Record<string, unknown>[]): number {
  const one = (value: unknown): number => (typeof value === 'string' || value instanceof Uint8Array ? value.length : 8);
  return rows.reduce((sum, row) => Object.values(row).reduce((of: number, value) => of + one(value), sum), 0);
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
