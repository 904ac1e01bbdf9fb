import { createHash } from 'node:crypto';
import type { Column, ColumnKind, Reference, TableDef } from '../../domain/tables.js';
import { indexesOf, type Step } from './evolve.js';
import { dropSearch, searchTriggers } from './search-postgres.js';

/**
 * Column types. Each kind that is decoded in a way of its own has a type that no other kind has, since the type is all that
 * comes with a result through joins, unions and CTEs. JSON is kept as text, so that it comes back, compares and is distinct
 * as it is on SQLite (`jsonb` sorts its fields, `json` cannot be compared): `varchar` is text under another number, 1043.
 */
export const columnTypes: Readonly<Record<ColumnKind, string>> = {
  uuid: 'text',
  text: 'text',
  integer: 'bigint',
  real: 'double precision',
  boolean: 'boolean',
  timestamp: 'bigint',
  json: 'character varying',
  bytes: 'bytea',
};

/** Text compares byte by byte, as on SQLite, whatever the database's own language is. */
const COLLATION = 'collate "C"';
const IDENTIFIER_LENGTH = 63;

/** The setting that names the tenant, for one transaction. */
export const TENANT_SETTING = 'gatehouse.tenant';
const CURRENT_TENANT = `current_setting('${TENANT_SETTING}', true)`;

/** The one policy of every tenant table. The sub-query is asked once a statement, not once a row. */
export const POLICY = 'gatehouse_tenant';
const OWN_ROWS = `tenant_id = (select ${CURRENT_TENANT})`;

/** All statements that the steps take, in an order that works: references last, when the tables are there. Names have been checked. */
export function postgresDdl(steps: readonly Step[]): readonly string[] {
  return [...steps.flatMap(statements), ...steps.flatMap(references)];
}

/** Tables that are there already and that the steps change, locked before anything is done: strongest first, since a lock may be all that is waited for. */
export function locksFor(steps: readonly Step[]): readonly string[] {
  const made = new Set(steps.flatMap((step) => (step.do === 'create table' ? [step.table.name] : [])));
  const wanted = steps.flatMap((step): (readonly [mode: number, table: string])[] => {
    if (step.do === 'create table') return step.table.references.map(({ table }) => [1, table]);
    return [
      [
        { 'add column': 0, 'drop index': 0, 'create search': 0, 'drop search': 0, 'create index': 2 }[step.do],
        typeof step.table === 'string' ? step.table : step.table.name,
      ],
    ];
  });
  return ['access exclusive', 'share row exclusive', 'share'].flatMap((mode, index) => {
    const tables = new Set(wanted.flatMap(([at, table]) => (at === index && !made.has(table) ? [table] : [])));
    return tables.size === 0 ? [] : [`lock table ${[...tables].sort().map(quoted).join(', ')} in ${mode} mode`];
  });
}

/** What makes a table show each tenant its own rows only, to its owner too; all three are needed. */
export const policyDdl = {
  enable: (table: string) => `alter table "${table}" enable row level security`,
  force: (table: string) => `alter table "${table}" force row level security`,
  create: (table: string) => `create policy ${POLICY} on "${table}" as permissive for all to public using (${OWN_ROWS}) with check (${OWN_ROWS})`,
  drop: (table: string) => `drop policy if exists ${POLICY} on "${table}"`,
} as const;

/** A constraint or an index by its name in the database, which errors tell. */
export interface Place {
  readonly is: 'primary key' | 'unique' | 'index' | 'reference';
  readonly table: string;
  /** Without the tenant. */
  readonly columns: readonly string[];
}

/** What the declared tables have beside their columns, by name. */
export function placesOf(tables: readonly TableDef[]): ReadonlyMap<string, Place> {
  return new Map(
    tables.flatMap(({ name: table, ...rest }): [string, Place][] => [
      [primaryKeyName(table), { is: 'primary key', table, columns: ['id'] }],
      ...rest.unique.map((columns): [string, Place] => [indexName({ table, columns, unique: true }), { is: 'unique', table, columns }]),
      ...indexesOf({ name: table, ...rest }).map((columns): [string, Place] => [indexName({ table, columns, unique: false }), { is: 'index', table, columns }]),
      ...rest.references.map(({ column }): [string, Place] => [referenceName(table, column), { is: 'reference', table, columns: [column] }]),
    ]),
  );
}

function statements(step: Step): readonly string[] {
  switch (step.do) {
    case 'create table':
      return [createTable(step.table)];
    case 'add column': {
      const column = step.table.columns[step.column];
      return column === undefined ? [] : [`alter table "${step.table.name}" add column ${columnDdl(step.column, column)}`];
    }
    case 'create index':
      return [
        `create ${step.unique ? 'unique ' : ''}index "${indexName(step)}" on "${step.table}" (tenant_id, ${step.columns.map((column) => indexed(column, step.nullable)).join(', ')})`,
      ];
    case 'drop index':
      return [`drop index "${indexName(step)}"`];
    case 'create search':
      return searchTriggers(step.table.name, step.table.search ?? [], step.filled);
    case 'drop search':
      return dropSearch(step.table.name);
  }
}

/** Nulls come first in an order, as on SQLite: an index has to have them there to give it. */
function indexed(column: string, nullable: readonly string[]): string {
  return `${quoted(column)}${nullable.includes(column) ? ' nulls first' : ''}`;
}

function references(step: Step): readonly string[] {
  return step.do === 'create table' ? step.table.references.map((reference) => foreignKey(step.table.name, reference)) : [];
}

/** Where no tenant is set, the setting may read as empty text: no row has that tenant. */
function createTable({ name, columns }: TableDef): string {
  const lines = [
    `tenant_id text ${COLLATION} not null default nullif(${CURRENT_TENANT}, '') check (tenant_id <> '')`,
    ...Object.entries(columns).map(([column, definition]) => columnDdl(column, definition)),
    `constraint "${primaryKeyName(name)}" primary key (tenant_id, "id")`,
  ];
  return `create table "${name}" (\n  ${lines.join(',\n  ')}\n)`;
}

/** The tenant is part of every reference, so that none leads out of it. What still refers at the end of a statement stops it. */
function foreignKey(table: string, { column, table: target, onDelete }: Reference): string {
  const action = { restrict: 'no action', cascade: 'cascade', 'set null': `set null ("${column}")` }[onDelete];
  return `alter table "${table}" add constraint "${referenceName(table, column)}" foreign key (tenant_id, "${column}") references "${target}" (tenant_id, "id") on delete ${action}`;
}

function columnDdl(name: string, column: Column): string {
  const type = columnTypes[column.kind];
  const parts = [quoted(name), type];
  if (isText(column.kind)) parts.push(COLLATION);
  if (!column.nullable) parts.push('not null');
  if (column.default !== undefined) parts.push(`default ${literal(column, column.default)}`);
  if (column.kind === 'json') parts.push(`check (gatehouse_is_json(${quoted(name)}))`);
  return parts.join(' ');
}

export function isText(kind: ColumnKind): boolean {
  return kind === 'uuid' || kind === 'text' || kind === 'json';
}

function literal(column: Column, value: string | number | boolean): string {
  if (column.kind === 'json') return text(JSON.stringify(value));
  return typeof value === 'string' ? text(value) : String(value);
}

/** Escaped the same way whatever `standard_conforming_strings` says. */
function text(value: string): string {
  const doubled = value.replaceAll("'", "''");
  return value.includes('\\') ? `E'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`;
}

function primaryKeyName(table: string): string {
  return bounded(`gatehouse_id:${table}`);
}

function referenceName(table: string, column: string): string {
  return bounded(`gatehouse_reference:${table}:${column}`);
}

function indexName(index: { readonly table: string; readonly columns: readonly string[]; readonly unique: boolean }): string {
  return bounded(`gatehouse_${index.unique ? 'unique' : 'index'}:${index.table}:${index.columns.join(':')}`);
}

/** A colon is in no declared name, so that two never share one; longer names would be cut short in silence, and might meet. */
function bounded(name: string): string {
  if (Buffer.byteLength(name) <= IDENTIFIER_LENGTH) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 16);
  let head = name;
  while (Buffer.byteLength(head) > IDENTIFIER_LENGTH - hash.length - 1) head = [...head].slice(0, -1).join('');
  return `${head}:${hash}`;
}

function quoted(name: string): string {
  return `"${name}"`;
}
