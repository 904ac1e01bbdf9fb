/** What a query may be made of. Everything here exists, and means the same, in SQLite and PostgreSQL. */

/** Kinds of node that a query may hold; some are looked at more closely by the guard. */
export const allowedNodes: ReadonlySet<string> = new Set([
  ...['SelectQueryNode', 'InsertQueryNode', 'UpdateQueryNode', 'DeleteQueryNode'],
  ...['FromNode', 'JoinNode', 'OnNode', 'UsingNode', 'WhereNode', 'GroupByNode', 'GroupByItemNode', 'HavingNode', 'OrderByNode', 'OrderByItemNode'],
  ...['LimitNode', 'OffsetNode', 'SetOperationNode', 'SelectModifierNode', 'SelectionNode', 'SelectAllNode', 'ReturningNode'],
  ...['WithNode', 'CommonTableExpressionNode', 'CommonTableExpressionNameNode'],
  ...['ValuesNode', 'ValueListNode', 'PrimitiveValueListNode', 'ValueNode', 'DefaultInsertValueNode', 'ColumnUpdateNode', 'OnConflictNode'],
  ...['AliasNode', 'TableNode', 'SchemableIdentifierNode', 'IdentifierNode', 'ColumnNode', 'ReferenceNode'],
  ...['AndNode', 'OrNode', 'ParensNode', 'TupleNode', 'BinaryOperationNode', 'UnaryOperationNode', 'OperatorNode', 'CaseNode', 'WhenNode'],
  ...['FunctionNode', 'AggregateFunctionNode', 'OverNode', 'PartitionByNode', 'PartitionByItemNode', 'CastNode', 'DataTypeNode', 'CollateNode'],
  ...['JSONReferenceNode', 'JSONPathNode', 'JSONPathLegNode', 'JSONOperatorChainNode', 'RawNode'],
]);

/** The fragments of raw SQL that the query builder itself makes: `orderBy(…, 'desc')`, `onTrue()`. */
export const allowedRaw: ReadonlySet<string> = new Set(['asc', 'desc', 'true']);

/** Functions without a side effect and without a way to a table, a file or a setting. */
export const allowedFunctions: ReadonlySet<string> = new Set([
  ...['count', 'sum', 'avg', 'min', 'max', 'row_number', 'rank', 'dense_rank', 'lag', 'lead', 'first_value', 'last_value'],
  ...['coalesce', 'nullif', 'lower', 'upper', 'length', 'trim', 'ltrim', 'rtrim', 'replace', 'substr', 'abs', 'round'],
]);

export const allowedOperators: ReadonlySet<string> = new Set([
  ...['=', '!=', '<>', '>', '>=', '<', '<=', 'in', 'not in', 'is', 'is not', 'is distinct from', 'is not distinct from'],
  ...['like', 'not like', 'between', 'exists', 'not exists', 'not', '+', '-', '*', '/', '%', '||', '&', '|', '<<', '>>', '->', '->>'],
]);

export const allowedJoins: ReadonlySet<string> = new Set(['InnerJoin', 'LeftJoin', 'RightJoin', 'FullJoin', 'CrossJoin']);
export const allowedSetOperators: ReadonlySet<string> = new Set(['union', 'intersect', 'except']);
export const allowedTypes: ReadonlySet<string> = new Set(['text', 'integer', 'bigint', 'real', 'double precision', 'numeric', 'boolean']);
export const allowedCollations: ReadonlySet<string> = new Set(['nocase', 'binary', 'rtrim', 'C']);

/** Part of a path into JSON: a field's name without quotes, or a position. */
export function isPathLeg(type: string, value: string | number): boolean {
  return type === 'Member' ? /^[^"'\\]*$/.test(String(value)) : type === 'ArrayLocation' && /^(\d+|#-\d+|last)$/.test(String(value));
}
