import {
  AliasNode,
  type BinaryOperationNode,
  ColumnNode,
  type FunctionNode,
  IdentifierNode,
  JSONOperatorChainNode,
  JSONReferenceNode,
  type OperationNode,
  OperatorNode,
  type OrderByItemNode,
  type OrderByNode,
  PostgresQueryCompiler,
  PrimitiveValueListNode,
  RawNode,
  ReferenceNode,
  SelectQueryNode,
  TableNode,
  ValueNode,
} from 'kysely';
import type { Schema } from '../sql/schema.js';

const INT4 = 2 ** 31;

/**
 * Writes a bound query so that it means what it means on SQLite: nulls are the smallest of all, `like` knows no case of ASCII
 * letters and no escapes, a list may be empty, and what a value is shows in the text, since the database knows types alone.
 */
export class Compiler extends PostgresQueryCompiler {
  readonly #schema: Schema;

  constructor(schema: Schema) {
    super();
    this.#schema = schema;
  }

  protected override appendValue(value: unknown): void {
    super.appendValue(value);
    this.append(castOf(value));
  }

  protected override visitBinaryOperation(node: BinaryOperationNode): void {
    const { leftOperand: left, rightOperand: right } = node;
    const operator = OperatorNode.is(node.operator) ? node.operator.operator : undefined;
    if ((operator === 'in' || operator === 'not in') && PrimitiveValueListNode.is(right) && right.values.length === 0) {
      this.append(operator === 'in' ? 'false' : 'true');
      return;
    }
    this.#operand(left, right);
    this.append(' ');
    if (operator === 'like' || operator === 'not like') this.append(operator === 'like' ? 'ilike' : 'not ilike');
    else if ((operator === 'is' || operator === 'is not') && !isConstant(right)) this.append(operator === 'is' ? 'is not distinct from' : 'is distinct from');
    else this.visitNode(node.operator);
    this.append(' ');
    this.#operand(right, left);
    if (operator === 'like' || operator === 'not like') this.append(" escape ''");
  }

  /** JSON is text until it is read. A field's text is `->>`, its JSON `->`. */
  protected override visitJSONReference(node: JSONReferenceNode): void {
    const json = JSONOperatorChainNode.is(node.traversal) && node.traversal.operator.operator === '->';
    this.append('(');
    this.#field(node);
    this.append(json ? ')::text' : ')');
  }

  /** `round` of a number with a fraction rounds halves to the even one, and knows no places. */
  protected override visitFunction(node: FunctionNode): void {
    if (node.func !== 'round') {
      super.visitFunction(node);
      return;
    }
    const [value, places] = node.arguments;
    this.append('round((');
    if (value !== undefined) this.visitNode(value);
    this.append(')::numeric');
    if (places !== undefined) {
      this.append(', ');
      this.visitNode(places);
    }
    this.append(')::float8');
  }

  protected override visitOrderByItem(node: OrderByItemNode): void {
    const folds = node.collation?.collation.name === 'nocase';
    if (folds) this.append('lower(');
    this.visitNode(node.orderBy);
    if (folds) this.append(')');
    const descends = node.direction !== undefined && RawNode.is(node.direction) && node.direction.sqlFragments[0] === 'desc';
    if (descends) this.append(' desc');
    const nulls = node.nulls ?? (this.#isNeverNull(node) ? undefined : descends ? 'last' : 'first');
    if (nulls !== undefined) this.append(` nulls ${nulls}`);
  }

  /** A field that is compared with a number or with true or false is one, or nothing. */
  #operand(node: OperationNode, other: OperationNode): void {
    const kind = ValueNode.is(other) ? typeof other.value : PrimitiveValueListNode.is(other) ? typeof other.values[0] : 'undefined';
    const isText = JSONReferenceNode.is(node) && JSONOperatorChainNode.is(node.traversal) && node.traversal.operator.operator === '->>';
    if (!isText || (kind !== 'number' && kind !== 'boolean')) {
      this.visitNode(node);
      return;
    }
    this.append('(case json_typeof(');
    this.#field(node, '->');
    this.append(`) when '${kind}' then (`);
    this.#field(node);
    this.append(kind === 'number' ? ')::numeric end)' : ')::boolean end)');
  }

  #field({ reference, traversal }: JSONReferenceNode, last?: '->'): void {
    this.visitNode(reference);
    this.append('::json');
    if (last !== undefined && JSONOperatorChainNode.is(traversal))
      this.visitNode({ ...traversal, operator: OperatorNode.create(last) } as JSONOperatorChainNode);
    else this.visitNode(traversal);
  }

  /** Said of a column, so that an index can give the order: of one table, read as it is. */
  #isNeverNull({ orderBy }: OrderByItemNode): boolean {
    const select = this.parentNode === undefined ? undefined : this.#ordered();
    const column = ReferenceNode.is(orderBy) ? orderBy.column : orderBy;
    if (select === undefined || !ColumnNode.is(column) || select.joins !== undefined || select.setOperations !== undefined) return false;
    const name = column.column.name;
    if (select.selections?.some(({ selection }) => AliasNode.is(selection) && IdentifierNode.is(selection.alias) && selection.alias.name === name))
      return false;
    const [source, ...more] = select.from?.froms ?? [];
    const rows = source !== undefined && AliasNode.is(source) && SelectQueryNode.is(source.node) ? source.node.from?.froms[0] : undefined;
    const table = rows !== undefined && TableNode.is(rows) ? this.#schema.get(rows.table.identifier.name) : undefined;
    return more.length === 0 && table?.columns[name]?.nullable === false;
  }

  /** The query whose order is being written. */
  #ordered(): SelectQueryNode | undefined {
    return this.nodeStack.findLast((node): node is SelectQueryNode => SelectQueryNode.is(node) && (node.orderBy as OrderByNode | undefined) !== undefined);
  }
}

function castOf(value: unknown): string {
  switch (typeof value) {
    case 'number':
      if (!Number.isSafeInteger(value)) return '::float8';
      return Math.abs(value) < INT4 ? '::integer' : '::bigint';
    case 'boolean':
      return '::boolean';
    default:
      return value instanceof Uint8Array ? '::bytea' : '';
  }
}

/** `is null`, `is true`, `is false`. */
function isConstant(node: OperationNode): boolean {
  return ValueNode.is(node) && node.immediate === true && (node.value === null || typeof node.value === 'boolean');
}
