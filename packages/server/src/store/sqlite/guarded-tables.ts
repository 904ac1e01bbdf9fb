import type { TableDef } from '../../domain/tables.js';

/** Answers, on each connection, the tenant that the statement in hand runs for; null for Gatehouse's own statements. */
export const tenantFunction = 'gatehouse_tenant';

/** What is guarded of a table. Names have been checked: they need no escaping. */
export interface GuardedTable {
  readonly name: string;
  readonly columns: readonly string[];
}

/** A view or a trigger of a connection's own, in its `temp` schema: nothing of it is in the file. */
export interface Guard {
  readonly is: 'view' | 'trigger';
  readonly table: string;
  /** What a statement could do for another tenant where it is missing. */
  readonly keeps: string;
  readonly name: string;
  readonly create: string;
  /** As the connection's schema then tells it. */
  readonly stored: string;
}

/** Empty but while it is being tried whether guards hold. */
export const canaryTable: GuardedTable = { name: 'gatehouse_canary', columns: ['id', 'note'] };

export function guardedTables(tables: readonly TableDef[]): readonly GuardedTable[] {
  return [...tables.map(({ name, columns }) => ({ name, columns: Object.keys(columns) })), canaryTable];
}

/**
 * A name without a schema means the view, because `temp` comes before `main`: it shows the rows of the connection's tenant, and none
 * where there is no tenant. Who writes names the table itself, "main"."…", and meets the triggers. A row of another tenant's is passed
 * over as though it were not there; a row that would become another tenant's is an error.
 */
export function guardsOf({ name, columns }: GuardedTable): readonly Guard[] {
  const own = `${tenantFunction}()`;
  const listed = ['tenant_id', ...columns].map((column) => `"${column}"`).join(', ');
  const refused = (what: string): string => `raise(abort, '${what} of "${name}" for another tenant')`;
  return [
    guard('view', name, name, 'read', `as select ${listed} from main."${name}" where tenant_id = (select ${own})`),
    guard(...triggerOf(name, 'insert'), `before insert on main."${name}" when new.tenant_id is not ${own} begin select ${refused('an insert')}; end`),
    guard(
      ...triggerOf(name, 'update'),
      `before update on main."${name}" when old.tenant_id is not ${own} or new.tenant_id is not old.tenant_id begin ` +
        `select case when old.tenant_id is not ${own} then raise(ignore) else ${refused('an update')} end; end`,
    ),
    guard(...triggerOf(name, 'delete'), `before delete on main."${name}" when old.tenant_id is not ${own} begin select raise(ignore); end`),
  ];
}

/** A colon is in no declared name. */
function triggerOf(table: string, verb: 'insert' | 'update' | 'delete'): ['trigger', string, string, string] {
  return ['trigger', table, `gatehouse_guard:${table}:${verb}`, verb];
}

function guard(is: Guard['is'], table: string, name: string, keeps: string, rest: string): Guard {
  return { is, table, keeps, name, create: `create temp ${is} "${name}" ${rest}`, stored: `CREATE ${is.toUpperCase()} "${name}" ${rest}` };
}
