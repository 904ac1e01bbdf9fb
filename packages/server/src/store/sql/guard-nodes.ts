import {
  AliasNode,
  BinaryOperationNode,
  ColumnNode,
  FromNode,
  IdentifierNode,
  type OperationNode,
  OperatorNode,
  ReferenceNode,
  type SelectQueryNode,
  SelectionNode,
  TableNode,
  ValueNode,
  WhereNode,
} from 'kysely';
import type { TableDef } from '../../domain/tables.js';

export const tenantColumn = 'tenant_id';

/** A column, of `table` where that is given. */
export function columnNode(name: string, table?: string): OperationNode {
  const column: ColumnNode = { kind: 'ColumnNode', column: IdentifierNode.create(name) };
  return table === undefined ? column : ReferenceNode.create(column, TableNode.create(table));
}

export function equals(left: OperationNode, right: OperationNode): OperationNode {
  return BinaryOperationNode.create(left, OperatorNode.create('='), right);
}

/** Every declared column, which is what `*` means to a platform. */
export function declaredSelections(table: TableDef): readonly SelectionNode[] {
  return Object.keys(table.columns).map((name) => SelectionNode.create(ColumnNode.create(name)));
}

/**
 * `select ? as tenant_id, rows.* from (<select>) as rows where true`: the tenant stands where only it can stand, whatever is selected.
 * SQLite needs the `where` to tell `on conflict` from a join's `on`.
 */
export function boundSelect(select: OperationNode, tenant: OperationNode | undefined): SelectQueryNode {
  const rows = 'gatehouse_rows';
  return {
    kind: 'SelectQueryNode',
    from: FromNode.create([AliasNode.create(select, IdentifierNode.create(rows))]),
    selections: [
      ...(tenant === undefined ? [] : [SelectionNode.create(AliasNode.create(tenant, IdentifierNode.create(tenantColumn)))]),
      SelectionNode.createSelectAllFromTable(TableNode.create(rows)),
    ],
    where: WhereNode.create(ValueNode.createImmediate(true)),
  };
}
