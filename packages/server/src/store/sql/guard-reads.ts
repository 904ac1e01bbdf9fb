import {
  AliasNode,
  type CommonTableExpressionNode,
  type FromNode,
  IdentifierNode,
  type JoinNode,
  type OperationNode,
  type QueryId,
  type RootOperationNode,
  SelectQueryNode,
  type SelectionNode,
  TableNode,
  type UsingNode,
  ValueNode,
  WhereNode,
  type WithNode,
} from 'kysely';
import type { TableDef } from '../../domain/tables.js';
import { ExpressionGuard, RefusedQuery } from './guard-expressions.js';
import { allowedJoins } from './guard-rules.js';
import { columnNode, declaredSelections, equals, tenantColumn } from './guard-nodes.js';
import type { Schema } from './schema.js';

const roots: ReadonlySet<string> = new Set(['SelectQueryNode', 'InsertQueryNode', 'UpdateQueryNode', 'DeleteQueryNode']);

/**
 * Binds reads to a tenant: every declared table that a query names in `from`, a join or `using`, however deep, becomes
 * a sub-select of the tenant's rows and the declared columns. Nothing else can be named, but common table expressions.
 */
export class ReadGuard extends ExpressionGuard {
  protected readonly schema: Schema;
  /** Off, the tenant is left for the database to see to; everything else stays as it is. */
  protected readonly binds: boolean;
  #tenant = '';
  #binding = false;
  readonly #scopes: ReadonlySet<string>[] = [];
  /** Common table expressions whose body is being walked, and whether one of them named itself. */
  readonly #defining: string[] = [];
  /** Common table expressions that come after the one whose body is being walked. */
  #later: ReadonlySet<string> = new Set();
  #recursive = false;
  readonly #selections = new Map<string, readonly SelectionNode[]>();

  constructor(schema: Schema, binds: boolean) {
    super();
    this.schema = schema;
    this.binds = binds;
    for (const table of schema.values()) this.#selections.set(table.name, declaredSelections(table));
  }

  /** The bound copy of a query. Throws a `RefusedQuery` that names what is not allowed. */
  bind(node: RootOperationNode, tenant: string, queryId: QueryId): RootOperationNode {
    if (!roots.has(node.kind)) throw new RefusedQuery(`a ${node.kind} is not allowed: only select, insert, update and delete are`);
    // The guard is shared. A value's own `toJSON` could get here while another query is being bound, and must not touch its tenant.
    if (this.#binding) throw new RefusedQuery('a query cannot be made while another is being made');
    this.#binding = true;
    try {
      this.reset();
      this.#tenant = tenant;
      return this.transformNode(node, queryId);
    } finally {
      this.#binding = false;
    }
  }

  protected override reset(): void {
    super.reset();
    this.#scopes.splice(0);
    this.#defining.splice(0);
    this.#later = new Set();
    this.#recursive = false;
  }

  protected tenantValue(): ValueNode {
    return ValueNode.create(this.#tenant);
  }

  protected declared(name: string): TableDef {
    const table = this.schema.get(name);
    if (table === undefined) throw new RefusedQuery(`the table "${name}" is not declared`);
    return table;
  }

  /** Runs `work` with the names of the common table expressions of `node` in scope. */
  protected scoped<T>(node: WithNode | undefined, work: () => T): T {
    if (node === undefined) return work();
    const names = new Set<string>();
    for (const { name } of node.expressions) names.add(this.#expressionName(nameOf(name.table)));
    this.#scopes.push(names);
    const result = work();
    this.#scopes.pop();
    return result;
  }

  protected override transformSelectQuery(node: SelectQueryNode, queryId?: QueryId): SelectQueryNode {
    if (node.distinctOn !== undefined) throw new RefusedQuery('"distinct on" is not allowed');
    return this.scoped(node.with, () => super.transformSelectQuery(node, queryId));
  }

  protected override transformWith(node: WithNode, queryId?: QueryId): WithNode {
    const before = this.#recursive;
    this.#recursive = node.recursive === true;
    const outerLater = this.#later;
    const expressions = node.expressions.map((expression, index) => {
      this.#later = new Set([...outerLater, ...node.expressions.slice(index + 1).map(({ name }) => nameOf(name.table))]);
      return this.transformNode(expression, queryId);
    });
    this.#later = outerLater;
    const recursive = this.#recursive;
    this.#recursive = before;
    return { kind: 'WithNode', expressions, recursive };
  }

  protected override transformCommonTableExpression(node: CommonTableExpressionNode, queryId?: QueryId): CommonTableExpressionNode {
    if (!SelectQueryNode.is(node.expression)) throw new RefusedQuery('only a select can be a common table expression');
    this.#defining.push(nameOf(node.name.table));
    const copy = super.transformCommonTableExpression(node, queryId);
    this.#defining.pop();
    return copy;
  }

  protected override transformFrom(node: FromNode, queryId?: QueryId): FromNode {
    return { kind: 'FromNode', froms: node.froms.map((source) => this.#source(source, queryId)) };
  }

  protected override transformUsing(node: UsingNode, queryId?: QueryId): UsingNode {
    return { kind: 'UsingNode', tables: node.tables.map((source) => this.#source(source, queryId)) };
  }

  protected override transformJoin(node: JoinNode, queryId?: QueryId): JoinNode {
    if (!allowedJoins.has(node.joinType)) throw new RefusedQuery(`a ${node.joinType} is not allowed`);
    const join: JoinNode = { kind: 'JoinNode', joinType: node.joinType, table: this.#source(node.table, queryId) };
    return node.on === undefined ? join : { ...join, on: this.transformNode(node.on, queryId) };
  }

  /** `select <declared columns> from t where tenant_id = ?` */
  protected tenantRows(table: TableDef): SelectQueryNode {
    const from: FromNode = { kind: 'FromNode', froms: [TableNode.create(table.name)] };
    const selections = this.#selections.get(table.name) ?? [];
    if (!this.binds) return { kind: 'SelectQueryNode', from, selections };
    return { kind: 'SelectQueryNode', from, selections, where: WhereNode.create(equals(columnNode(tenantColumn), this.tenantValue())) };
  }

  /** What rows are read from: a declared table, a common table expression or a sub-select. */
  #source(node: OperationNode, queryId?: QueryId): OperationNode {
    if (TableNode.is(node)) return this.#table(node, nameOf(node));
    if (!AliasNode.is(node) || !IdentifierNode.is(node.alias)) throw new RefusedQuery(`a ${node.kind} cannot be read from`);
    const alias = this.transformNode(node.alias, queryId);
    if (TableNode.is(node.node)) return this.#table(node.node, alias.name);
    if (!SelectQueryNode.is(node.node)) throw new RefusedQuery(`a ${node.node.kind} cannot be read from`);
    return AliasNode.create(this.transformNode(node.node, queryId), alias);
  }

  #table(node: TableNode, alias: string): OperationNode {
    const name = nameOf(node);
    // One database finds it, another looks for a table of that name.
    if (this.#later.has(name)) throw new RefusedQuery(`the common table expression "${name}" is used before it is defined`);
    if (this.#scopes.some((names) => names.has(name))) {
      if (this.#defining.includes(name)) this.#recursive = true;
      return alias === name ? TableNode.create(name) : AliasNode.create(TableNode.create(name), IdentifierNode.create(alias));
    }
    return AliasNode.create(this.tenantRows(this.declared(name)), IdentifierNode.create(alias));
  }

  /** Databases look names up without regard to case: no other spelling of a table may hide it either. */
  #expressionName(name: string): string {
    const lower = name.toLowerCase();
    if (!/^[a-z][a-z0-9_]*$/.test(lower) || /^(gatehouse|sqlite|pg|pragma)_/.test(lower))
      throw new RefusedQuery(`"${name}" cannot name a common table expression`);
    if (this.schema.has(lower)) throw new RefusedQuery(`a common table expression cannot be called "${name}": that is a table`);
    return name;
  }
}

/** The plain name of a table. One qualified with a schema is refused. */
export function nameOf(node: TableNode): string {
  const { schema, identifier } = node.table;
  if (schema !== undefined) throw new RefusedQuery(`"${schema.name}.${identifier.name}": names qualified with a schema are not allowed`);
  return identifier.name;
}
