import type { Operation } from '@gatehouse/contract';
import type { TableDef } from '../../domain/tables.js';
import { one } from './ids.js';
import { type Administrator, type PartyRows, recordsOf } from '../scratch/scratch.js';

export type Row = Readonly<Record<string, unknown>>;

/** The rows of a table as a handler reads them. */
export function loadedRows({ name, columns }: TableDef, rows: PartyRows, administrator: Pick<Administrator, 'loaded'>): readonly Row[] {
  return recordsOf(rows, name).map((record) =>
    Object.fromEntries(Object.entries(columns).map(([column, { kind }]) => [column, administrator.loaded(kind, record[column] ?? null)])),
  );
}

/** What rows are called, for a field that is called like one of their table: `tag` takes the names of `tags`. */
export function namesFor(field: string, tables: readonly TableDef[], rows: PartyRows): readonly string[] {
  const table = tables.find(({ name, columns }) => one(name) === field && columns.name?.kind === 'text');
  return table === undefined ? [] : recordsOf(rows, table.name).flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
}

const ROWS = 8;

/** Rows of the table that an operation is named after, each as unlike the ones before it as can be. */
export function rowsFor({ name }: Operation, tables: readonly TableDef[], rows: PartyRows, administrator: Pick<Administrator, 'loaded'>): readonly Row[] {
  const [table] = tables.filter((one) => name.startsWith(`${one.name}_`)).sort((a, b) => b.name.length - a.name.length);
  return table === undefined ? [] : mostUnlike(table, loadedRows(table, rows, administrator));
}

function mostUnlike({ columns }: TableDef, rows: readonly Row[]): readonly Row[] {
  const telling = Object.entries(columns).flatMap(([column, { kind }]) => (kind === 'text' || kind === 'boolean' ? [column] : []));
  const traits = new Map(rows.map((row) => [row, telling.map((column) => `${column}=${String(row[column])}`)]));
  const seen = new Set<string>();
  const chosen: Row[] = [];
  while (chosen.length < ROWS && traits.size > 0) {
    const unseen = ([, own]: readonly [Row, readonly string[]]) => own.filter((trait) => !seen.has(trait)).length;
    const [row, own] = [...traits].reduce((best, one) => (unseen(one) > unseen(best) ? one : best));
    for (const trait of own) seen.add(trait);
    traits.delete(row);
    chosen.push(row);
  }
  return chosen;
}
