import { type ColumnKind, type TableDef, referredFirst } from '../../domain/tables.js';
import type { Database } from '../../open-store.js';

/** The rows of one table by their keys, each as canonical JSON. An administrator answers with the same object while they are the same. */
export type TableRows = ReadonlyMap<string, string>;

/** All that belongs to one party, by table, those referred to first. */
export type PartyRows = ReadonlyMap<string, TableRows>;

/** Whose rows: a tenant, and the people who are in it alone, with their own spaces. */
export interface Party {
  readonly tenant: string;
  readonly tenants: readonly string[];
  readonly users: readonly string[];
}

/** A database as its administrator sees it: past both layers. */
export interface Administrator {
  rows(party: Party): Promise<PartyRows>;
  /** Writes rows as they are, in the order given; one that has the key of another takes its place. */
  write(table: AdminTable, rows: readonly string[], party: Party): Promise<void>;
  remove(table: AdminTable, rows: readonly string[], party: Party): Promise<void>;
  readonly tables: readonly AdminTable[];
  /** A handler's value as it stands in a row here, and back. */
  stored(kind: ColumnKind, value: unknown): unknown;
  loaded(kind: ColumnKind, value: unknown): unknown;
}

/** An empty database of its own, with the platform's tables. */
export interface Scratch {
  readonly kind: 'SQLite' | 'PostgreSQL';
  /** How to open it; with the layer of the database there, or taken away where it lies in the database itself. */
  database(guarded: boolean): Promise<Database>;
  readonly administrator: Administrator;
  /** Leaves nothing behind. */
  remove(): Promise<void>;
}

/** A table with what says whose a row is. */
export interface AdminTable {
  readonly name: string;
  /** The column that says whose a row is, and which of a party's ids stand in it. */
  readonly column: string;
  /** SQL for what stands in that column, of a row `t` that has none. */
  readonly owner?: string;
  readonly holds: 'tenant' | 'tenants' | 'users';
  readonly key: readonly string[];
  /** Changes by itself, and is not looked at. */
  readonly volatile?: string;
  /** Only where a platform declared it. */
  readonly declared?: TableDef;
}

const own: readonly AdminTable[] = [
  { name: 'gatehouse_tenants', column: 'id', holds: 'tenants', key: ['id'] },
  { name: 'gatehouse_users', column: 'id', holds: 'users', key: ['id'] },
  { name: 'gatehouse_identities', column: 'user_id', holds: 'users', key: ['issuer', 'subject'] },
  { name: 'gatehouse_members', column: 'tenant_id', holds: 'tenants', key: ['tenant_id', 'user_id'] },
  { name: 'gatehouse_keys', column: 'tenant_id', holds: 'tenants', key: ['id'], volatile: 'last_used_at' },
  { name: 'gatehouse_sessions', column: 'tenant_id', holds: 'tenants', key: ['id'] },
  {
    name: 'gatehouse_session_tokens',
    column: 'tenant_id',
    owner: '(select s.tenant_id from gatehouse_sessions s where s.id = t.session_id)',
    holds: 'tenants',
    key: ['hash'],
  },
  { name: 'gatehouse_invitations', column: 'tenant_id', holds: 'tenants', key: ['id'] },
  { name: 'gatehouse_jobs', column: 'tenant_id', holds: 'tenants', key: ['id'] },
  { name: 'gatehouse_grants', column: 'tenant_id', holds: 'tenants', key: ['id'], volatile: 'last_used_at' },
  { name: 'gatehouse_access_tokens', column: 'tenant_id', holds: 'tenants', key: ['hash'] },
  { name: 'gatehouse_public_ids', column: 'tenant_id', holds: 'tenants', key: ['id'] },
  { name: 'gatehouse_idempotency', column: 'tenant_id', holds: 'tenants', key: ['tenant_id', 'id'] },
];

/** Every table that holds something of a tenant, those referred to before those that refer. */
export function adminTables(tables: readonly TableDef[]): readonly AdminTable[] {
  const declared = referredFirst(tables).map(
    (table) => ({ name: table.name, column: 'tenant_id', holds: 'tenant', key: ['tenant_id', 'id'], declared: table }) as const,
  );
  return [...own, ...declared];
}

export const emptyRows: PartyRows = new Map();
const noRows: TableRows = new Map();

/** What a foreign key does to other rows is put right in the next round. */
const ROUNDS = 4;

/** Makes a party's rows exactly these, and answers how many were not. */
export async function settleRows(administrator: Administrator, party: Party, wanted: PartyRows): Promise<number> {
  let differing: number | undefined;
  for (let round = 0; round < ROUNDS; round += 1) {
    const differences = differencesOf(administrator.tables, await administrator.rows(party), wanted);
    const count = differences.reduce((sum, { extra, missing }) => sum + extra.length + missing.length, 0);
    differing ??= count;
    if (count === 0) return differing;
    for (const { table, extra } of differences.toReversed()) if (extra.length > 0) await administrator.remove(table, extra, party);
    for (const { table, missing } of differences) if (missing.length > 0) await administrator.write(table, missing, party);
  }
  throw new Error('The rows of the scratch database could not be put back');
}

/** `extra`: keys that should not be there. `missing`: rows that are not there, or are another than they should be. */
function differencesOf(tables: readonly AdminTable[], current: PartyRows, wanted: PartyRows) {
  return tables.map((table) => {
    const there = current.get(table.name) ?? new Map<string, string>();
    const should = wanted.get(table.name) ?? new Map<string, string>();
    if (there === should) return { table, extra: [], missing: [] };
    return {
      table,
      extra: [...there].flatMap(([key, row]) => (should.has(key) ? [] : [row])),
      missing: [...should].flatMap(([key, row]) => (there.get(key) === row ? [] : [row])),
    };
  });
}

type Records = readonly Readonly<Record<string, unknown>>[];

const read = new WeakMap<TableRows, Records>();

/** The rows of a table, read. */
export function recordsOf(rows: PartyRows, table: string): Records {
  const written = rows.get(table) ?? noRows;
  const known = read.get(written) ?? [...written.values()].map((row) => JSON.parse(row) as Record<string, unknown>);
  read.set(written, known);
  return known;
}
