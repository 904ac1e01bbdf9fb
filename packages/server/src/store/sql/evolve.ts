import type { Column, TableDef } from '../../domain/tables.js';

/** One thing to do to the database so that it has the declared tables. Each dialect has a renderer. */
export type Step =
  | { readonly do: 'create table'; readonly table: TableDef }
  | { readonly do: 'create search'; readonly table: TableDef /** Whether rows may be there already. */; readonly filled: boolean }
  | { readonly do: 'drop search'; readonly table: TableDef }
  | { readonly do: 'add column'; readonly table: TableDef; readonly column: string }
  | {
      readonly do: 'create index' | 'drop index';
      readonly table: string;
      readonly columns: readonly string[];
      /** Those of the columns that may be null. */
      readonly nullable: readonly string[];
      readonly unique: boolean;
    };

/** What is remembered of a table that was made, to compare the next declaration with. */
interface Declaration {
  readonly columns: Readonly<Record<string, { readonly kind: string; readonly nullable: boolean; readonly default?: unknown }>>;
  readonly unique: readonly (readonly string[])[];
  readonly indexes: readonly (readonly string[])[];
  readonly references: TableDef['references'];
  readonly search?: readonly string[];
}

/** The declaration as text: equal for tables that are equal in the database. */
export function declarationOf(table: TableDef): string {
  const columns = Object.fromEntries(
    Object.entries(table.columns).map(([name, column]) => [name, { kind: column.kind, nullable: column.nullable, default: column.default }]),
  );
  return JSON.stringify({ columns, unique: table.unique, indexes: indexesOf(table), references: table.references, search: table.search });
}

/** The indexes asked for, and one for each reference that would otherwise be looked up by scanning. */
export function indexesOf(table: TableDef): readonly (readonly string[])[] {
  const lists = [...table.indexes];
  for (const { column } of table.references) {
    if (![...lists, ...table.unique].some((list) => list[0] === column)) lists.push([column]);
  }
  return lists;
}

/**
 * From what is there (declarations by table name) to what is declared. New tables, indexes, and columns that are nullable
 * or defaulted come by themselves; anything that could lose or break data is refused, by throwing, with its name.
 */
export function planTables(stored: ReadonlyMap<string, string>, tables: readonly TableDef[]): readonly Step[] {
  const declared = new Set(tables.map((table) => table.name));
  for (const name of stored.keys()) {
    if (!declared.has(name)) throw new Error(`The table "${name}" is in the database but no longer declared: dropping a table is not done by itself`);
  }
  return tables.flatMap((table) => {
    const before = stored.get(table.name);
    return before === undefined ? creation(table) : alteration(table, JSON.parse(before) as Declaration);
  });
}

function creation(table: TableDef): Step[] {
  return [
    { do: 'create table', table },
    ...indexSteps(table, [], table.unique, true),
    ...indexSteps(table, [], indexesOf(table), false),
    ...searchSteps(table, undefined, false),
  ];
}

function alteration(table: TableDef, before: Declaration): Step[] {
  for (const [name, old] of Object.entries(before.columns)) checkKept(table, name, old);
  checkReferences(table, before);
  const added = Object.keys(table.columns).filter((name) => before.columns[name] === undefined);
  for (const name of added) checkAdded(table, name, table.columns[name]);
  return [
    ...added.map((column): Step => ({ do: 'add column', table, column })),
    ...indexSteps(table, before.unique, table.unique, true),
    ...indexSteps(table, before.indexes, indexesOf(table), false),
    ...searchSteps(table, before.search, true),
  ];
}

function searchSteps(table: TableDef, before: readonly string[] | undefined, filled: boolean): Step[] {
  if (before?.join() === table.search?.join()) return [];
  return [
    ...(before === undefined ? [] : [{ do: 'drop search', table } as const]),
    ...(table.search === undefined ? [] : [{ do: 'create search', table, filled } as const]),
  ];
}

function checkKept(table: TableDef, name: string, old: Declaration['columns'][string]): void {
  const column = table.columns[name];
  const what = `The column "${name}" of the table "${table.name}"`;
  if (column === undefined) throw new Error(`${what} is in the database but no longer declared: dropping a column is not done by itself`);
  if (column.kind !== old.kind) throw new Error(`${what} was "${old.kind}" and is now declared "${column.kind}": changing a kind is not done by itself`);
  if (column.nullable !== old.nullable) throw new Error(`${what} is now declared ${column.nullable ? 'nullable' : 'not null'}: that is not changed by itself`);
  if (column.default !== old.default) throw new Error(`${what} is now declared with another default: that is not changed by itself`);
}

function checkAdded(table: TableDef, name: string, column: Column | undefined): void {
  if (column?.nullable === true || column?.default !== undefined) return;
  throw new Error(`The column "${name}" of the table "${table.name}" is new, and rows are there: it must be nullable or have a default`);
}

function checkReferences(table: TableDef, before: Declaration): void {
  const key = (reference: TableDef['references'][number]): string => `${reference.column} ${reference.table} ${reference.onDelete}`;
  const now = new Set(table.references.map(key));
  const then = new Set(before.references.map(key));
  const differs = [...table.references.filter((reference) => !then.has(key(reference))), ...before.references.filter((reference) => !now.has(key(reference)))];
  const first = differs[0];
  if (first !== undefined)
    throw new Error(`The reference of "${table.name}.${first.column}" to "${first.table}" differs from the database: references come with their table only`);
}

function indexSteps({ name, columns: all }: TableDef, before: readonly (readonly string[])[], now: readonly (readonly string[])[], unique: boolean): Step[] {
  const has = (lists: readonly (readonly string[])[], wanted: readonly string[]): boolean => lists.some((list) => list.join() === wanted.join());
  return [
    ...before.filter((columns) => !has(now, columns)).map((columns): Step => ({ do: 'drop index', table: name, columns, nullable: [], unique })),
    ...now
      .filter((columns) => !has(before, columns))
      .map((columns): Step => ({ do: 'create index', table: name, columns, nullable: columns.filter((column) => all[column]?.nullable === true), unique })),
  ];
}
