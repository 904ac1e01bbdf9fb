import type { TableDef } from '../../domain/tables.js';
import { IsolationError } from '../layers.js';
import { POLICY } from '../sql/ddl-postgres.js';
import { keepsApart, type Relation } from './catalog.js';
import type { Roles } from './roles.js';

/** @throws {IsolationError} where a table is not held by its policy alone, or where the tenant role reaches what is not declared */
export function checkRelations(relations: readonly Relation[], tables: readonly TableDef[], roles: Roles): void {
  const mine = new Map(relations.filter((relation) => relation.mine).map((relation) => [relation.name, relation]));
  for (const { name } of tables) {
    const relation = mine.get(name);
    if (relation === undefined) throw new Error(`The table "${name}" is declared, but missing in the database: restore it, since it was there once`);
    checkTable(relation, roles);
  }
  const other = relations.find((relation) => !relation.mine);
  if (other === undefined) return;
  throw new IsolationError(
    `The tenant role "${roles.tenant}" has rights on "${other.schema}.${other.name}", which is not declared, and in which nothing keeps tenants apart: revoke them, from PUBLIC too`,
  );
}

function checkTable(relation: Relation, { serving, tenant }: Roles): void {
  const table = `The table "${relation.name}"`;
  if (!relation.rowSecurity) throw new IsolationError(`${table} has row-level security not enabled: ${MIGRATE}`);
  if (!relation.forced) throw new IsolationError(`${table} has row-level security enabled, but not forced: ${MIGRATE}`);
  const policy = relation.policies.find(({ name }) => name === POLICY);
  if (policy === undefined) throw new IsolationError(`${table} lacks its policy "${POLICY}": ${MIGRATE}`);
  if (!keepsApart(policy)) throw new IsolationError(`${table} has a policy "${POLICY}" that says something else than Gatehouse wrote: ${MIGRATE}`);
  const further = relation.policies.find((one) => one !== policy && one.permissive && one.toTenant);
  if (further !== undefined) {
    throw new IsolationError(
      `${table} has a further permissive policy, "${further.name}", which lets the tenant role at more rows: drop it, or make it restrictive`,
    );
  }
  if (!relation.reached) throw new Error(`${table} cannot be used by the tenant role "${tenant}": ${MIGRATE}`);
  if (relation.served) throw new IsolationError(`${table} can be used by "${serving}" without a tenant: ${MIGRATE}, which takes these rights away`);
}

const MIGRATE = 'run `gatehouse migrate --database-admin <url>`';
