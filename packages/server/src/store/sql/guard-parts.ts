import { AliasNode, IdentifierNode, type OperationNode, type SelectQueryNode, TableNode } from 'kysely';
import type { Column, TableDef } from '../../domain/tables.js';
import { RefusedQuery } from './guard-expressions.js';

/** The table that a query changes, and the name it goes by in that query. */
export interface Target {
  readonly table: TableDef;
  readonly alias: string;
}

export function namesSource(node: SelectQueryNode, alias: string): boolean {
  const sources = [...(node.from?.froms ?? []), ...(node.joins ?? []).map((join) => join.table)];
  return sources.some((source) => {
    if (AliasNode.is(source)) return IdentifierNode.is(source.alias) && source.alias.name === alias;
    return TableNode.is(source) && source.table.identifier.name === alias;
  });
}

/** `schema`: where the table itself is, when its plain name means something else. */
export function tableNode(name: string, schema: string | undefined): TableNode {
  return schema === undefined ? TableNode.create(name) : TableNode.createWithSchema(schema, name);
}

export function targetNode({ table, alias }: Target, schema: string | undefined): OperationNode {
  const node = tableNode(table.name, schema);
  return alias === table.name ? node : AliasNode.create(node, IdentifierNode.create(alias));
}

export function columnOf(table: TableDef, name: string): Column {
  const column = Object.hasOwn(table.columns, name) ? table.columns[name] : undefined;
  if (column === undefined) throw new RefusedQuery(`the table "${table.name}" has no column "${name}"`);
  return column;
}

/** Parts of a statement that only one database knows, or that could step over the tenant. */
export function refuseParts(parts: Readonly<Record<string, unknown>>): void {
  for (const [name, part] of Object.entries(parts)) {
    if (part === undefined || part === false || (Array.isArray(part) && part.length === 0)) continue;
    throw new RefusedQuery(`"${name}" is not allowed here`);
  }
}
