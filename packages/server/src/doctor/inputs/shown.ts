import { type JsonSchema, type Operation, jsonSchema } from '@gatehouse/contract';
import type { TableDef } from '../../domain/tables.js';
import { isRecord } from '../values.js';

/** How columns look in what operations answer: a column's type knows less than the schema of an answer that shows it. */
export type ShownColumns = (table: TableDef, column: string) => JsonSchema | undefined;

/** Of the table's columns, so many must be in an object for it to be taken for a row. */
const SHARE = 0.6;

export function shownColumns(operations: readonly Operation[], tables: readonly TableDef[]): ShownColumns {
  const objects = operations.flatMap(({ output }) => objectsIn(jsonSchema(output, 'output')));
  const rows = new Map(tables.map((table) => [table, likestTo(table, objects)]));
  return (table, column) => rows.get(table)?.[column];
}

type Properties = Readonly<Record<string, JsonSchema>>;

function likestTo({ columns }: TableDef, objects: readonly Properties[]): Properties | undefined {
  const names = Object.keys(columns);
  const common = (properties: Properties) => names.filter((name) => Object.hasOwn(properties, name)).length;
  const [likest] = objects.map((properties) => ({ properties, common: common(properties) })).sort((a, b) => b.common - a.common);
  return likest !== undefined && likest.common >= names.length * SHARE ? likest.properties : undefined;
}

/** Every object that a schema describes, lists and alternatives looked into. */
function objectsIn(schema: unknown): readonly Properties[] {
  if (Array.isArray(schema)) return schema.flatMap(objectsIn);
  if (!isRecord(schema)) return [];
  const { properties, items, anyOf, oneOf } = schema;
  const own = isRecord(properties) ? (properties as Properties) : undefined;
  const inner = [...(own === undefined ? [] : Object.values(own)), items, anyOf, oneOf].flatMap(objectsIn);
  return own === undefined ? inner : [own, ...inner];
}
