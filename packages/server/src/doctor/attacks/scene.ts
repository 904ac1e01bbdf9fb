import type { TableDef } from '../../domain/tables.js';
import { type Row, loadedRows } from '../inputs/rows.js';
import type { Administrator } from '../scratch/scratch.js';
import { uuidFrom } from '../values.js';
import type { Settled } from '../world.js';

/** What a mistake about one table has to work with. */
export interface Scene {
  readonly table: TableDef;
  /** Another table of the platform's, or the same one where there is no other. */
  readonly other: TableDef;
  /** A column that holds text, beside the id; the id where there is none. */
  readonly text: string;
  /** A change that no key and no reference stands in the way of. */
  readonly change: Row;
  /** A row of the attacker's and one of the victim's, as a handler reads them. */
  readonly own: Row;
  readonly foreign: Row;
  readonly tenants: { readonly own: string; readonly foreign: string };
  /** A row that the attacker may insert, with a new id. */
  fresh(label: string): Row;
  /** The id of a row of the victim's in the table that a column refers to. */
  referred(column: string): string | undefined;
}

export function sceneOf(table: TableDef, tables: readonly TableDef[], administrator: Administrator, attacker: Settled, victim: Settled): Scene | undefined {
  const rowsOf = ({ rows }: Settled, of: TableDef) => loadedRows(of, rows, administrator);
  const [own] = rowsOf(attacker, table);
  const foreign = rowsOf(victim, table);
  const [first] = foreign;
  if (own === undefined || first === undefined) return undefined;
  const unique = new Set(table.unique.flat());
  const referring = new Set(table.references.map(({ column }) => column));
  const text = Object.entries(table.columns).find(([name, { kind }]) => kind === 'text' && name !== 'id' && !referring.has(name))?.[0] ?? 'id';
  return {
    table,
    other: tables.find(({ name }) => name !== table.name) ?? table,
    text,
    change: changeOf(table, own),
    own,
    foreign: first,
    tenants: { own: attacker.party.tenant, foreign: victim.party.tenant },
    fresh(label) {
      const altered = Object.entries(own).map(([name, value]) => [
        name,
        unique.has(name) && typeof value === 'string' && !referring.has(name) ? `${attacker.mark}${label}` : value,
      ]);
      return { ...Object.fromEntries(altered), id: uuidFrom(attacker.mark, table.name, label) };
    },
    referred(column) {
      const target = tables.find(({ name }) => table.references.some((reference) => reference.column === column && reference.table === name));
      const id = target === undefined ? undefined : rowsOf(victim, target)[0]?.id;
      return typeof id === 'string' ? id : undefined;
    },
  };
}

const CHANGED = { text: 'changed', integer: 7, timestamp: 7, real: 7.5, boolean: true, json: {}, uuid: undefined, bytes: undefined } as const;

function changeOf({ columns, unique, references }: TableDef, own: Row): Row {
  const kept = new Set(['id', ...unique.flat(), ...references.map(({ column }) => column)]);
  const [found] = Object.entries(columns).flatMap(([name, { kind }]) =>
    kept.has(name) || CHANGED[kind] === undefined ? [] : [[name, CHANGED[kind]] as const],
  );
  return found === undefined ? { id: own.id } : Object.fromEntries([found]);
}
