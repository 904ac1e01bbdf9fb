import {
  AliasNode,
  AndNode,
  ColumnNode,
  type ColumnUpdateNode,
  type DeleteQueryNode,
  IdentifierNode,
  type InsertQueryNode,
  type OnConflictNode,
  type OperationNode,
  ParensNode,
  type QueryId,
  ReferenceNode,
  type ReturningNode,
  SelectAllNode,
  type SelectionNode,
  type SelectQueryNode,
  TableNode,
  type UpdateQueryNode,
  ValueNode,
  WhereNode,
} from 'kysely';
import type { TableDef } from '../../domain/tables.js';
import { RefusedQuery } from './guard-expressions.js';
import { boundInsertRows } from './guard-insert.js';
import { columnNode, declaredSelections, equals, tenantColumn } from './guard-nodes.js';
import { columnOf, namesSource, refuseParts, tableNode, type Target, targetNode } from './guard-parts.js';
import { ReadGuard, nameOf } from './guard-reads.js';
import type { Schema } from './schema.js';
import { columnValue } from './values.js';

export interface GuardOptions {
  /** Whether `returning` may use the alias of the table that is changed. SQLite knows the table's own name only. */
  readonly returningKnowsAlias: boolean;
  /** The schema that writes name, where a table's plain name is only good for reading. */
  readonly writesTo?: string;
  /** What an insert puts where the tenant belongs while the facade binds nothing. @default the column is left to the database */
  readonly databaseTenant?: OperationNode;
}

/** Binds writes: inserts carry the tenant, updates and deletes meet its rows only, and upserts conflict within it. */
export class Guard extends ReadGuard {
  readonly #options: GuardOptions;
  /** The target whose alias `returning` does not know, while what is returned is walked. */
  #unaliased: Target | undefined;

  constructor(schema: Schema, options: GuardOptions, binds: boolean) {
    super(schema, binds);
    this.#options = options;
  }

  protected override reset(): void {
    super.reset();
    this.#unaliased = undefined;
  }

  protected override transformReference(node: ReferenceNode, queryId?: QueryId): ReferenceNode {
    const target = this.#unaliased;
    if (target === undefined || node.table === undefined || nameOf(node.table) !== target.alias) return super.transformReference(node, queryId);
    return { kind: 'ReferenceNode', column: this.transformNode(node.column, queryId), table: TableNode.create(target.table.name) };
  }

  /** A sub-select that gives the same alias to a table of its own means that one. */
  protected override transformSelectQuery(node: SelectQueryNode, queryId?: QueryId): SelectQueryNode {
    const target = this.#unaliased;
    if (target !== undefined && namesSource(node, target.alias)) this.#unaliased = undefined;
    const copy = super.transformSelectQuery(node, queryId);
    this.#unaliased = target;
    return copy;
  }

  protected override transformInsertQuery(node: InsertQueryNode, queryId?: QueryId): InsertQueryNode {
    this.#assertRoot('an insert');
    const { replace, ignore, orAction, onDuplicateKey, defaultValues, top, output, explain, endModifiers } = node;
    refuseParts({ replace, ignore, orAction, onDuplicateKey, defaultValues, top, output, explain, endModifiers });
    const { into, columns, values } = node;
    if (into === undefined || columns === undefined || values === undefined) throw new RefusedQuery('an insert needs a table, named columns and values');
    const table = this.declared(nameOf(into));
    const names = columns.map((column) => this.#ownColumn(table, column));
    const tenant = this.binds ? this.tenantValue() : this.#options.databaseTenant;
    return this.scoped(node.with, () => ({
      kind: 'InsertQueryNode',
      into: tableNode(table.name, this.#options.writesTo),
      columns: [...(tenant === undefined ? [] : [tenantColumn]), ...names].map((name) => ColumnNode.create(name)),
      values: boundInsertRows(values, table, names, tenant, (part) => this.transformNode(part, queryId)),
      ...(node.with && { with: this.transformNode(node.with, queryId) }),
      ...(node.onConflict && { onConflict: this.#conflict(node.onConflict, table, queryId) }),
      ...(node.returning && { returning: this.#returning(node.returning, { table, alias: table.name }, queryId) }),
    }));
  }

  protected override transformUpdateQuery(node: UpdateQueryNode, queryId?: QueryId): UpdateQueryNode {
    this.#assertRoot('an update');
    const { top, output, explain, endModifiers, limit, orderBy, updates = [] } = node;
    refuseParts({ top, output, explain, endModifiers, limit, orderBy });
    const target = this.#target(node.table);
    if (updates.length === 0) throw new RefusedQuery(`an update of "${target.table.name}" sets nothing`);
    return this.scoped(node.with, () => ({
      kind: 'UpdateQueryNode',
      table: targetNode(target, this.#options.writesTo),
      updates: updates.map((update) => this.#update(target.table, update, queryId)),
      ...this.#tenantWhere(target, node.where, queryId),
      ...(node.with && { with: this.transformNode(node.with, queryId) }),
      ...(node.from && { from: this.transformNode(node.from, queryId) }),
      ...(node.joins && { joins: node.joins.map((join) => this.transformNode(join, queryId)) }),
      ...(node.returning && { returning: this.#returning(node.returning, target, queryId) }),
    }));
  }

  protected override transformDeleteQuery(node: DeleteQueryNode, queryId?: QueryId): DeleteQueryNode {
    this.#assertRoot('a delete');
    const { top, output, explain, endModifiers, limit, orderBy, joins } = node;
    refuseParts({ top, output, explain, endModifiers, limit, orderBy, joins });
    if (node.from.froms.length !== 1) throw new RefusedQuery('a delete is from one table');
    const target = this.#target(node.from.froms[0]);
    return this.scoped(node.with, () => ({
      kind: 'DeleteQueryNode',
      from: { kind: 'FromNode', froms: [targetNode(target, this.#options.writesTo)] },
      ...this.#tenantWhere(target, node.where, queryId),
      ...(node.with && { with: this.transformNode(node.with, queryId) }),
      ...(node.using && { using: this.transformNode(node.using, queryId) }),
      ...(node.returning && { returning: this.#returning(node.returning, target, queryId) }),
    }));
  }

  #assertRoot(what: string): void {
    if (this.nodeStack.length > 1) throw new RefusedQuery(`${what} inside another query is not allowed`);
  }

  #target(node: OperationNode | undefined): Target {
    if (node !== undefined && TableNode.is(node)) {
      const name = nameOf(node);
      return { table: this.declared(name), alias: name };
    }
    if (node !== undefined && AliasNode.is(node) && TableNode.is(node.node) && IdentifierNode.is(node.alias)) {
      return { table: this.declared(nameOf(node.node)), alias: this.transformNode(node.alias).name };
    }
    throw new RefusedQuery('an update or a delete is of one declared table');
  }

  /** The tenant comes first, and what was asked stands in parentheses: no `or` gets past it. */
  #tenantWhere(target: Target, where: WhereNode | undefined, queryId?: QueryId): { readonly where?: WhereNode } {
    const asked = where === undefined ? undefined : ParensNode.create(this.transformNode(where.where, queryId));
    if (!this.binds) return asked === undefined ? {} : { where: WhereNode.create(asked) };
    const bound = equals(columnNode(tenantColumn, target.alias), this.tenantValue());
    return { where: WhereNode.create(asked === undefined ? bound : AndNode.create(bound, asked)) };
  }

  /** A conflict can only be with a row of the tenant's own, because every key leads with the tenant. */
  #conflict(node: OnConflictNode, table: TableDef, queryId?: QueryId): OnConflictNode {
    const { constraint, indexExpression, indexWhere } = node;
    refuseParts({ constraint, indexExpression, indexWhere });
    const columns = node.columns?.map((column) => this.#ownColumn(table, column));
    if (node.doNothing === true && columns === undefined) return { kind: 'OnConflictNode', doNothing: true };
    if (columns === undefined) throw new RefusedQuery('an upsert names the columns that conflict');
    const target: OnConflictNode = {
      kind: 'OnConflictNode',
      columns: [tenantColumn, ...columns].map((name) => ColumnNode.create(name)),
    };
    if (node.doNothing === true) return { ...target, doNothing: true };
    if (node.updates === undefined || node.updates.length === 0) throw new RefusedQuery(`an upsert of "${table.name}" sets nothing`);
    return {
      ...target,
      updates: node.updates.map((update) => this.#update(table, update, queryId)),
      ...(node.updateWhere && { updateWhere: this.transformNode(node.updateWhere, queryId) }),
    };
  }

  #update(table: TableDef, node: ColumnUpdateNode, queryId?: QueryId): ColumnUpdateNode {
    const plain = ReferenceNode.is(node.column) && node.column.table === undefined ? node.column.column : node.column;
    const name = this.#ownColumn(table, plain);
    const value = ValueNode.is(node.value)
      ? ValueNode.create(columnValue(columnOf(table, name), name, node.value.value))
      : this.transformNode(node.value, queryId);
    return { kind: 'ColumnUpdateNode', column: columnNode(name), value };
  }

  #returning(node: ReturningNode, target: Target, queryId?: QueryId): ReturningNode {
    if (!this.#options.returningKnowsAlias && target.alias !== target.table.name) this.#unaliased = target;
    const selections = node.selections.flatMap((selection): readonly SelectionNode[] => {
      const what = selection.selection;
      if (SelectAllNode.is(what)) return declaredSelections(target.table);
      if (!ReferenceNode.is(what) || !SelectAllNode.is(what.column)) return [this.transformNode(selection, queryId)];
      if (what.table !== undefined && nameOf(what.table) === target.alias) return declaredSelections(target.table);
      throw new RefusedQuery(`only rows of "${target.alias}" can be returned`);
    });
    this.#unaliased = undefined;
    return { kind: 'ReturningNode', selections };
  }

  /** The name of a declared column of `table`. */
  #ownColumn(table: TableDef, node: OperationNode): string {
    if (!ColumnNode.is(node)) throw new RefusedQuery(`a ${node.kind} is no column of "${table.name}"`);
    const { name } = this.transformNode(node.column);
    columnOf(table, name);
    return name;
  }
}
