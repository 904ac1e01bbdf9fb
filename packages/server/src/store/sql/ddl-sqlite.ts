import type { Column, ColumnKind, Reference, TableDef } from '../../domain/tables.js';
import type { Step } from './evolve.js';
import { dropSearch, searchTriggers } from './search-sqlite.js';

/**
 * Declared types. SQLite hands them back with a result, through joins, sub-queries, CTEs and `returning`, so that a value can
 * be decoded; the last word of each gives the column's affinity. Strict tables know no such types: checks take their place.
 */
export const declaredTypes: Readonly<Record<ColumnKind, string>> = {
  uuid: 'UUID_TEXT',
  text: 'TEXT',
  integer: 'INTEGER',
  real: 'REAL',
  boolean: 'BOOLEAN_INTEGER',
  timestamp: 'TIMESTAMP_INTEGER',
  json: 'JSON_TEXT',
  bytes: 'BYTES_BLOB',
};

/** The statements that one step takes. Names have been checked: they need no escaping. */
export function sqliteDdl(step: Step): readonly string[] {
  switch (step.do) {
    case 'create table':
      return [createTable(step.table), ...step.table.references.flatMap((reference) => nullingTrigger(step.table.name, reference))];
    case 'add column': {
      const column = step.table.columns[step.column];
      return column === undefined ? [] : [`alter table "${step.table.name}" add column ${columnDdl(step.column, column)}`];
    }
    case 'create index':
      return [`create ${step.unique ? 'unique ' : ''}index ${indexName(step)} on "${step.table}" (tenant_id, ${step.columns.map(quoted).join(', ')})`];
    case 'drop index':
      return [`drop index ${indexName(step)}`];
    case 'create search':
      return searchTriggers(step.table.name, step.table.search ?? []);
    case 'drop search':
      return dropSearch(step.table.name);
  }
}

function createTable(table: TableDef): string {
  const lines = [
    `tenant_id TEXT NOT NULL check (typeof(tenant_id) = 'text')`,
    ...Object.entries(table.columns).map(([name, column]) => columnDdl(name, column)),
    'primary key (tenant_id, "id")',
    ...table.references.map(foreignKey),
  ];
  return `create table "${table.name}" (\n  ${lines.join(',\n  ')}\n)`;
}

/** The tenant is part of every reference, so that none leads out of it. What still refers at the end of a statement stops it. */
function foreignKey(reference: Reference): string {
  const action = reference.onDelete === 'cascade' ? 'cascade' : 'no action';
  return `foreign key (tenant_id, "${reference.column}") references "${reference.table}" (tenant_id, "id") on delete ${action}`;
}

/** `on delete set null` would null the tenant as well, so a trigger nulls the one column, before the reference is checked. */
function nullingTrigger(table: string, reference: Reference): string[] {
  if (reference.onDelete !== 'set null') return [];
  const { column, table: target } = reference;
  return [
    `create trigger "gatehouse_null:${table}:${column}" after delete on "${target}" begin
  update "${table}" set "${column}" = null where tenant_id = old.tenant_id and "${column}" = old."id";
end`,
  ];
}

function columnDdl(name: string, column: Column): string {
  const parts = [quoted(name), declaredTypes[column.kind]];
  if (!column.nullable) parts.push('not null');
  if (column.default !== undefined) parts.push(`default ${literal(column, column.default)}`);
  parts.push(`check (${valueCheck(quoted(name), column.kind)})`);
  return parts.join(' ');
}

/** Null passes: whether a column may be null is said apart. */
function valueCheck(name: string, kind: ColumnKind): string {
  switch (kind) {
    case 'boolean':
      return `${name} in (0, 1)`;
    case 'json':
      return `json_valid(${name})`;
    case 'integer':
    case 'timestamp':
      return `typeof(${name}) in ('integer', 'null')`;
    case 'real':
      return `typeof(${name}) in ('real', 'null')`;
    case 'bytes':
      return `typeof(${name}) in ('blob', 'null')`;
    default:
      return `typeof(${name}) in ('text', 'null')`;
  }
}

function literal(column: Column, value: string | number | boolean): string {
  if (column.kind === 'json') return text(JSON.stringify(value));
  if (typeof value === 'boolean') return value ? '1' : '0';
  return typeof value === 'number' ? String(value) : text(value);
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** A colon is in no declared name, so that two indexes never share one. */
function indexName(index: { readonly table: string; readonly columns: readonly string[]; readonly unique: boolean }): string {
  return `"gatehouse_${index.unique ? 'unique' : 'index'}:${index.table}:${index.columns.join(':')}"`;
}

function quoted(name: string): string {
  return `"${name}"`;
}
