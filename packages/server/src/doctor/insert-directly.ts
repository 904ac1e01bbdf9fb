import type { Column, TableDef } from '../domain/tables.js';
import { choicesOf } from './inputs/candidates.js';
import type { ShownColumns } from './inputs/shown.js';
import { type Administrator, type Party, type PartyRows, recordsOf } from './scratch/scratch.js';
import { isRecord, uuidFrom } from './values.js';

interface Way {
  readonly administrator: Administrator;
  readonly shown: ShownColumns;
}

/** Of each table; what leads from one row to another needs two. */
const ROWS = 2;

/** Puts rows into each table that no operation filled, the administrator's way. */
export async function insertDirectly(
  { administrator, shown }: Way,
  { party, mark }: { readonly party: Party; readonly mark: string },
  text: () => string,
): Promise<void> {
  for (const target of administrator.tables) {
    const { name, declared: table } = target;
    const rows = await administrator.rows(party);
    if (table === undefined || (rows.get(name)?.size ?? 0) > 0) continue;
    const made = Array.from({ length: ROWS }, (_, i) => rowFor(table, uuidFrom(mark, name, String(i)), { rows, shown, text, place: i }));
    const apart = made.filter((row, i) => i === 0 || !collide(table, row, made[0] ?? {}));
    const stored = (row: NewRow) => Object.entries(table.columns).map(([column, { kind }]) => [column, administrator.stored(kind, row[column] ?? null)]);
    const written = apart.map((row) => JSON.stringify({ tenant_id: party.tenant, ...Object.fromEntries(stored(row)) }));
    await administrator.write(target, written, party);
  }
}

type NewRow = Readonly<Record<string, unknown>>;

/** By an id that both refer to, or by a list of values. */
function collide({ unique }: TableDef, one: NewRow, other: NewRow): boolean {
  const same = (column: string) => one[column] === other[column];
  return [['id'], ...unique].some((together) => together.every(same));
}

interface Making {
  readonly rows: PartyRows;
  readonly shown: ShownColumns;
  readonly text: () => string;
  /** The first, the second … of its table. */
  readonly place: number;
}

/** As a handler would insert it. */
function rowFor(table: TableDef, id: string, { rows, shown, text, place }: Making): NewRow {
  const target = new Map(table.references.map((reference) => [reference.column, reference.table]));
  const taken = new Map<string, number>();
  const value = (name: string, column: Column): unknown => {
    const to = target.get(name);
    if (to === undefined) return name === 'id' ? id : newValue(name, column, table, shown, text);
    // Two references to one table lead to two rows of it, where it has them.
    const at = (taken.get(to) ?? place) % Math.max(1, rows.get(to)?.size ?? 0);
    taken.set(to, at + 1);
    return recordsOf(rows, to)[at]?.id ?? null;
  };
  return Object.fromEntries(Object.entries(table.columns).map(([name, column]) => [name, value(name, column)]));
}

function newValue(name: string, { kind }: Column, table: TableDef, shown: ShownColumns, text: () => string): unknown {
  const schema = shown(table, name) ?? {};
  switch (kind) {
    case 'boolean':
      return true;
    case 'integer':
    case 'timestamp':
      return 1;
    case 'real':
      return 1.5;
    case 'json':
      return schema.type === 'array' ? listed(schema.items, text) : { text: text() };
    case 'bytes':
      return Buffer.from(text());
    default:
      return choicesOf(schema).find((choice) => typeof choice === 'string') ?? text();
  }
}

function listed(items: unknown, text: () => string): readonly unknown[] {
  if (!isRecord(items) || items.type !== 'string' || 'format' in items) return [];
  return [choicesOf(items)[0] ?? text()];
}
