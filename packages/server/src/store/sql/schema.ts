import type { Column, Reference, TableDef } from '../../domain/tables.js';

const NAME = /^[a-z][a-z0-9_]*$/;
/** PostgreSQL cuts longer names short, in silence. */
const NAME_LENGTH = 48;

/** Columns that databases have without declaring them, and the one that Gatehouse adds: no declaration and no query may name them. */
export const hiddenColumns: ReadonlySet<string> = new Set(['tenant_id', 'rowid', '_rowid_', 'oid', 'ctid', 'xmin', 'xmax', 'cmin', 'cmax', 'tableoid']);

/** The declared tables by name, checked. */
export type Schema = ReadonlyMap<string, TableDef>;

/** Throws with the table's and the column's name where a declaration cannot be served. */
export function schemaOf(tables: readonly TableDef[]): Schema {
  const schema = new Map<string, TableDef>();
  for (const table of tables) {
    checkName(table.name, `The table ${JSON.stringify(table.name)}`);
    if (schema.has(table.name)) throw new Error(`The table "${table.name}" is declared twice`);
    schema.set(table.name, table);
  }
  for (const table of tables) checkTable(table, schema);
  return schema;
}

function checkTable(table: TableDef, schema: Schema): void {
  for (const [name, column] of Object.entries(table.columns)) {
    checkName(name, `The column ${JSON.stringify(name)} of the table "${table.name}"`);
    if (hiddenColumns.has(name)) throw new Error(`The column "${name}" of the table "${table.name}": this name is reserved`);
    checkDefault(column, `The column "${name}" of the table "${table.name}"`);
  }
  const id = table.columns.id;
  if (id === undefined || id.nullable || !isText(id)) throw new Error(`The table "${table.name}" needs a column "id" that is text or a UUID and never null`);
  for (const list of [...table.unique, ...table.indexes]) {
    if (list.length === 0) throw new Error(`The table "${table.name}" has a unique or an index without columns`);
    for (const column of list) mustHave(table, column);
  }
  for (const name of table.search ?? [])
    if (mustHave(table, name).kind !== 'text')
      throw new Error(`The table "${table.name}" cannot be searched by "${name}": the column is not of the kind "text"`);
  if (table.search?.length === 0) throw new Error(`The table "${table.name}" has a search without columns`);
  for (const reference of table.references) checkReference(table, reference, schema);
}

function checkReference(table: TableDef, reference: Reference, schema: Schema): void {
  const column = mustHave(table, reference.column);
  const what = `The reference of "${table.name}.${reference.column}"`;
  const target = schema.get(reference.table);
  if (target === undefined) throw new Error(`${what} goes to the table "${reference.table}", which is not declared`);
  if (!isText(column)) throw new Error(`${what} cannot hold an id: the column is of the kind "${column.kind}"`);
  if (reference.onDelete === 'set null' && !column.nullable) throw new Error(`${what} says "set null", but the column is never null`);
}

function checkName(name: string, what: string): void {
  if (!NAME.test(name) || name.length > NAME_LENGTH) {
    throw new Error(`${what}: a name is lower case letters, digits and underscores, starts with a letter and has at most ${NAME_LENGTH} characters`);
  }
  if (/^(gatehouse|sqlite|pg|pragma)_/.test(name)) throw new Error(`${what}: names that start like this are reserved`);
}

function checkDefault(column: Column, what: string): void {
  const value = column.default;
  if (value === undefined || column.kind === 'json') return;
  const wanted = { uuid: 'string', text: 'string', integer: 'number', timestamp: 'number', real: 'number', boolean: 'boolean', bytes: 'none' }[column.kind];
  if (typeof value !== wanted) throw new Error(`${what}: its default does not fit the kind "${column.kind}"`);
  if (typeof value !== 'number') return;
  if (column.kind === 'real' ? !Number.isFinite(value) : !Number.isSafeInteger(value)) throw new Error(`${what}: its default ${value} cannot be stored`);
}

function mustHave(table: TableDef, column: string): Column {
  const found = table.columns[column];
  if (found === undefined) throw new Error(`The table "${table.name}" has no column "${column}"`);
  return found;
}

function isText(column: Column): boolean {
  return column.kind === 'uuid' || column.kind === 'text';
}
