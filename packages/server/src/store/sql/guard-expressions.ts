import {
  type AggregateFunctionNode,
  type BinaryOperationNode,
  type CollateNode,
  ColumnNode,
  CommonTableExpressionNameNode,
  type DataTypeNode,
  type FunctionNode,
  type IdentifierNode,
  type JSONPathLegNode,
  type OperationNode,
  OperationNodeTransformer,
  type OperatorNode,
  type OrderByItemNode,
  type PrimitiveValueListNode,
  type QueryId,
  type RawNode,
  ReferenceNode,
  type SchemableIdentifierNode,
  type SelectModifierNode,
  type SetOperationNode,
  type TableNode,
  type ValueNode,
} from 'kysely';
import * as rules from './guard-rules.js';
import { hiddenColumns } from './schema.js';
import { looseValue } from './values.js';

/** A programming mistake in a query, refused before anything ran. The message names what was refused. */
export class RefusedQuery extends Error {
  constructor(what: string) {
    super(`Refused query: ${what}`);
    this.name = 'RefusedQuery';
  }
}

/**
 * Copies a tree of operation nodes and lets through only what the rules know, so that the copy holds no text of the
 * caller's but identifiers and values. Tables are the guard's own part.
 */
export class ExpressionGuard extends OperationNodeTransformer {
  /** What a value in hand is compared with, for messages. */
  #beside = 'A value';

  protected reset(): void {
    this.nodeStack.splice(0);
    this.#beside = 'A value';
  }

  protected override transformNodeImpl<T extends OperationNode>(node: T, queryId?: QueryId): T {
    if (!rules.allowedNodes.has(node.kind)) throw new RefusedQuery(`a ${node.kind} is not allowed here`);
    return super.transformNodeImpl(node, queryId);
  }

  protected override transformIdentifier(node: IdentifierNode, queryId?: QueryId): IdentifierNode {
    const name = String(node.name);
    if (hiddenColumns.has(name.toLowerCase())) throw new RefusedQuery(`"${name}" cannot be named: the tenant is bound by itself`);
    if (name.includes('\0')) throw new RefusedQuery('a name holds a NUL character');
    return super.transformIdentifier(node, queryId);
  }

  protected override transformSchemableIdentifier(node: SchemableIdentifierNode, queryId?: QueryId): SchemableIdentifierNode {
    if (node.schema !== undefined) throw new RefusedQuery(`"${node.schema.name}.${node.identifier.name}": names qualified with a schema are not allowed`);
    return super.transformSchemableIdentifier(node, queryId);
  }

  /** Only as the `t` of `t.column` and as the name of a common table expression; the guard sees to tables themselves. */
  protected override transformTable(node: TableNode, queryId?: QueryId): TableNode {
    const parent = this.nodeStack.at(-2);
    if (parent === undefined || !(ReferenceNode.is(parent) || CommonTableExpressionNameNode.is(parent))) {
      throw new RefusedQuery(`the table "${node.table.identifier.name}" cannot be used as a value`);
    }
    return super.transformTable(node, queryId);
  }

  protected override transformRaw(node: RawNode, _queryId?: QueryId): RawNode {
    const [fragment] = node.sqlFragments;
    if (node.sqlFragments.length === 1 && node.parameters.length === 0 && fragment !== undefined && rules.allowedRaw.has(fragment)) {
      return { kind: 'RawNode', sqlFragments: [fragment], parameters: [] };
    }
    throw new RefusedQuery('raw SQL is not allowed');
  }

  protected override transformFunction(node: FunctionNode, queryId?: QueryId): FunctionNode {
    if (!rules.allowedFunctions.has(node.func)) throw new RefusedQuery(`the function ${node.func} is not allowed`);
    return super.transformFunction(node, queryId);
  }

  protected override transformAggregateFunction(node: AggregateFunctionNode, queryId?: QueryId): AggregateFunctionNode {
    if (!rules.allowedFunctions.has(node.func)) throw new RefusedQuery(`the function ${node.func} is not allowed`);
    return super.transformAggregateFunction(node, queryId);
  }

  protected override transformOperator(node: OperatorNode, queryId?: QueryId): OperatorNode {
    if (!rules.allowedOperators.has(node.operator)) throw new RefusedQuery(`the operator ${node.operator} is not allowed`);
    return super.transformOperator(node, queryId);
  }

  protected override transformSetOperation(node: SetOperationNode, queryId?: QueryId): SetOperationNode {
    if (!rules.allowedSetOperators.has(node.operator)) throw new RefusedQuery(`${node.operator} is not allowed`);
    return super.transformSetOperation(node, queryId);
  }

  protected override transformDataType(node: DataTypeNode, queryId?: QueryId): DataTypeNode {
    if (!rules.allowedTypes.has(node.dataType)) throw new RefusedQuery(`a cast to ${node.dataType} is not allowed`);
    return super.transformDataType(node, queryId);
  }

  protected override transformCollate(node: CollateNode, queryId?: QueryId): CollateNode {
    if (!rules.allowedCollations.has(node.collation.name)) throw new RefusedQuery(`the collation ${node.collation.name} is not allowed`);
    return super.transformCollate(node, queryId);
  }

  protected override transformOrderByItem(node: OrderByItemNode, queryId?: QueryId): OrderByItemNode {
    if (node.nulls !== undefined && node.nulls !== 'first' && node.nulls !== 'last') throw new RefusedQuery(`"nulls ${String(node.nulls)}" is not allowed`);
    return super.transformOrderByItem(node, queryId);
  }

  protected override transformSelectModifier(node: SelectModifierNode, queryId?: QueryId): SelectModifierNode {
    if (node.modifier !== 'Distinct' || node.rawModifier !== undefined || node.of !== undefined) {
      throw new RefusedQuery(`the modifier ${node.modifier ?? 'in raw SQL'} is not allowed`);
    }
    return super.transformSelectModifier(node, queryId);
  }

  protected override transformJSONPathLeg(node: JSONPathLegNode, queryId?: QueryId): JSONPathLegNode {
    if (!rules.isPathLeg(node.type, node.value)) throw new RefusedQuery(`the JSON path ${JSON.stringify(node.value)} is not allowed`);
    return super.transformJSONPathLeg(node, queryId);
  }

  /** Remembers the column, so that a bad value beside it can be told by its name. */
  protected override transformBinaryOperation(node: BinaryOperationNode, queryId?: QueryId): BinaryOperationNode {
    const left = ReferenceNode.is(node.leftOperand) ? node.leftOperand.column : node.leftOperand;
    this.#beside = ColumnNode.is(left) ? `A value for "${left.column.name}"` : 'A value';
    const copy = super.transformBinaryOperation(node, queryId);
    this.#beside = 'A value';
    return copy;
  }

  protected override transformValue(node: ValueNode, _queryId?: QueryId): ValueNode {
    const value = looseValue(node.value, this.#beside);
    return node.immediate === true ? { kind: 'ValueNode', immediate: true, value } : { kind: 'ValueNode', value };
  }

  protected override transformPrimitiveValueList(node: PrimitiveValueListNode, _queryId?: QueryId): PrimitiveValueListNode {
    return { kind: 'PrimitiveValueListNode', values: node.values.map((value) => looseValue(value, this.#beside)) };
  }
}
