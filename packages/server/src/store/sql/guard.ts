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
  TableNode,
  type UpdateQueryNode,
  ValueNode,
  WhereNode,
} from 'kysely';
import type { Column, TableDef } from '../../domain/tables.js';
import { RefusedQuery } from './guard-expressions.js';
import { boundInsertRows } from './guard-insert.js';
import { columnNode, declaredSelections, equals, tenantColumn } from './guard-nodes.js';
import { ReadGuard, nameOf } from './guard-reads.js';
import { columnValue } from './values.js';

/** The table that a query changes, and the name it goes by in that query. */
interface Target {
  readonly table: TableDef;
  readonly alias: string;
}

/** Binds writes: inserts carry the tenant, updates and deletes meet its rows only, and upserts conflict within it. */
export class Guard extends ReadGuard {
  protected override transformInsertQuery(node: InsertQueryNode, queryId?: QueryId): InsertQueryNode {
    const { replace, ignore, orAction, onDuplicateKey, defaultValues, top, output, explain, endModifiers } = node;
    refuseParts({ replace, ignore, orAction, onDuplicateKey, defaultValues, top, output, explain, endModifiers });
    const { into, columns, values } = node;
    if (into === undefined || columns === undefined || values === undefined) throw new RefusedQuery('an insert needs a table, named columns and values');
    const table = this.declared(nameOf(into));
    const names = columns.map((column) => this.#ownColumn(table, column));
    return this.scoped(node.with, () => ({
      kind: 'InsertQueryNode',
      into: TableNode.create(table.name),
      columns: [tenantColumn, ...names].map((name) => ColumnNode.create(name)),
      values: boundInsertRows(values, table, names, this.tenantValue(), (part) => this.transformNode(part, queryId)),
      ...(node.with && { with: this.transformNode(node.with, queryId) }),
      ...(node.onConflict && { onConflict: this.#conflict(node.onConflict, table, queryId) }),
      ...(node.returning && { returning: this.#returning(node.returning, { table, alias: table.name }, queryId) }),
    }));
  }

  protected override transformUpdateQuery(node: UpdateQueryNode, queryId?: QueryId): UpdateQueryNode {
    const { top, output, explain, endModifiers, limit, orderBy, updates = [] } = node;
    refuseParts({ top, output, explain, endModifiers, limit, orderBy });
    const target = this.#target(node.table);
    if (updates.length === 0) throw new RefusedQuery(`an update of "${target.table.name}" sets nothing`);
    return this.scoped(node.with, () => ({
      kind: 'UpdateQueryNode',
      table: targetNode(target),
      updates: updates.map((update) => this.#update(target.table, update, queryId)),
      where: this.#tenantWhere(target, node.where, queryId),
      ...(node.with && { with: this.transformNode(node.with, queryId) }),
      ...(node.from && { from: this.transformNode(node.from, queryId) }),
      ...(node.joins && { joins: node.joins.map((join) => this.transformNode(join, queryId)) }),
      ...(node.returning && { returning: this.#returning(node.returning, target, queryId) }),
    }));
  }

  protected override transformDeleteQuery(node: DeleteQueryNode, queryId?: QueryId): DeleteQueryNode {
    const { top, output, explain, endModifiers, limit, orderBy, joins } = node;
    refuseParts({ top, output, explain, endModifiers, limit, orderBy, joins });
    if (node.from.froms.length !== 1) throw new RefusedQuery('a delete is from one table');
    const target = this.#target(node.from.froms[0]);
    return this.scoped(node.with, () => ({
      kind: 'DeleteQueryNode',
      from: { kind: 'FromNode', froms: [targetNode(target)] },
      where: this.#tenantWhere(target, node.where, queryId),
      ...(node.with && { with: this.transformNode(node.with, queryId) }),
      ...(node.using && { using: this.transformNode(node.using, queryId) }),
      ...(node.returning && { returning: this.#returning(node.returning, target, queryId) }),
    }));
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
  #tenantWhere(target: Target, where: WhereNode | undefined, queryId?: QueryId): WhereNode {
    const bound = equals(columnNode(tenantColumn, target.alias), this.tenantValue());
    if (where === undefined) return WhereNode.create(bound);
    return WhereNode.create(AndNode.create(bound, ParensNode.create(this.transformNode(where.where, queryId))));
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
    const selections = node.selections.flatMap((selection): readonly SelectionNode[] => {
      const what = selection.selection;
      if (SelectAllNode.is(what)) return declaredSelections(target.table);
      if (!ReferenceNode.is(what) || !SelectAllNode.is(what.column)) return [this.transformNode(selection, queryId)];
      if (what.table !== undefined && nameOf(what.table) === target.alias) return declaredSelections(target.table);
      throw new RefusedQuery(`only rows of "${target.alias}" can be returned`);
    });
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

function targetNode({ table, alias }: Target): OperationNode {
  const node = TableNode.create(table.name);
  return alias === table.name ? node : AliasNode.create(node, IdentifierNode.create(alias));
}

function columnOf(table: TableDef, name: string): Column {
  const column = Object.hasOwn(table.columns, name) ? table.columns[name] : undefined;
  if (column === undefined) throw new RefusedQuery(`the table "${table.name}" has no column "${name}"`);
  return column;
}

/** Parts of a statement that only one database knows, or that could step over the tenant. */
function refuseParts(parts: Readonly<Record<string, unknown>>): void {
  for (const [name, part] of Object.entries(parts)) {
    if (part === undefined || part === false || (Array.isArray(part) && part.length === 0)) continue;
    throw new RefusedQuery(`"${name}" is not allowed here`);
  }
}
