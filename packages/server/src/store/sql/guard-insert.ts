import { DefaultInsertValueNode, type OperationNode, PrimitiveValueListNode, SelectQueryNode, ValueListNode, ValueNode, ValuesNode } from 'kysely';
import type { Column, TableDef } from '../../domain/tables.js';
import { RefusedQuery } from './guard-expressions.js';
import { boundSelect } from './guard-nodes.js';
import { columnValue, defaultValue } from './values.js';

type Bind = (node: OperationNode) => OperationNode;

/** What is inserted, with the tenant, where one is given, in front of each row. `names` are the columns that follow it. */
export function boundInsertRows(
  values: OperationNode,
  table: TableDef,
  names: readonly string[],
  tenant: OperationNode | undefined,
  bind: Bind,
): OperationNode {
  if (SelectQueryNode.is(values)) return boundSelect(bind(values), tenant);
  if (!ValuesNode.is(values)) throw new RefusedQuery(`a ${values.kind} cannot be inserted`);
  const columns = names.map((name) => ({ name, column: table.columns[name] }));
  return ValuesNode.create(
    values.values.map((row) => {
      if (row.values.length !== columns.length)
        throw new RefusedQuery(`a row for "${table.name}" has ${row.values.length} values for ${columns.length} columns`);
      if (!PrimitiveValueListNode.is(row))
        return led(
          tenant,
          row.values.map((value, index) => expression(columns[index], value, bind)),
        );
      const rest = row.values.map((value, index) => primitive(columns[index], value));
      if (tenant !== undefined && ValueNode.is(tenant)) return PrimitiveValueListNode.create([tenant.value, ...rest]);
      return led(
        tenant,
        rest.map((value) => ValueNode.create(value)),
      );
    }),
  );
}

function led(tenant: OperationNode | undefined, rest: readonly OperationNode[]): ValueListNode {
  return ValueListNode.create(tenant === undefined ? rest : [tenant, ...rest]);
}

type Place = { readonly name: string; readonly column: Column | undefined } | undefined;

function primitive(place: Place, value: unknown): unknown {
  if (place?.column === undefined) throw new RefusedQuery('a value has no column');
  return columnValue(place.column, place.name, value);
}

/** Where some rows leave a column out, the others' default is written out: SQLite has no `default` among values. */
function expression(place: Place, node: OperationNode, bind: Bind): OperationNode {
  if (place?.column === undefined) throw new RefusedQuery('a value has no column');
  if (DefaultInsertValueNode.is(node)) return ValueNode.create(defaultValue(place.column, place.name));
  if (ValueNode.is(node)) return ValueNode.create(columnValue(place.column, place.name, node.value));
  return bind(node);
}
