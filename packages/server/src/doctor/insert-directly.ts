import type { Column, TableDef } from '../domain/tables.js';
import { type Administrator, type Party, type PartyRows, recordsOf } from './scratch/scratch.js';
import { uuidFrom } from './values.js';

/** Puts a row into each table that no operation filled, the administrator's way. */
export async function insertDirectly(
  administrator: Administrator,
  { party, mark }: { readonly party: Party; readonly mark: string },
  text: () => string,
): Promise<void> {
  for (const table of administrator.tables) {
    if (table.declared === undefined) continue;
    const rows = await administrator.rows(party);
    if ((rows.get(table.name)?.size ?? 0) > 0) continue;
    const values = rowFor(table.declared, uuidFrom(mark, table.name), rows, text);
    const stored = Object.entries(table.declared.columns).map(([name, { kind }]) => [name, administrator.stored(kind, values[name] ?? null)] as const);
    await administrator.write(table, [JSON.stringify({ tenant_id: party.tenant, ...Object.fromEntries(stored) })], party);
  }
}

/** As a handler would insert it. */
function rowFor({ columns, references }: TableDef, id: string, rows: PartyRows, text: () => string): Readonly<Record<string, unknown>> {
  const target = new Map(references.map(({ column, table }) => [column, table]));
  const value = (name: string, column: Column): unknown => {
    if (name === 'id') return id;
    const to = target.get(name);
    return to === undefined ? newValue(column, text) : (recordsOf(rows, to)[0]?.id ?? null);
  };
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, value(name, column)]));
}

function newValue({ kind }: Column, text: () => string): unknown {
  switch (kind) {
    case 'boolean':
      return true;
    case 'integer':
    case 'timestamp':
      return 1;
    case 'real':
      return 1.5;
    case 'json':
      return { text: text() };
    case 'bytes':
      return Buffer.from(text());
    default:
      return text();
  }
}
