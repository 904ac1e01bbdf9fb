import { randomBytes } from 'node:crypto';
import type { TableDef } from '../../domain/tables.js';
import { IsolationError } from '../layers.js';
import { TENANT_SETTING } from '../sql/ddl-postgres.js';
import { CANARY_ID, canary, canaryTenants } from './canary.js';
import { StatementError } from './pg-error.js';
import type { Roles } from './roles.js';
import type { Session } from './session.js';

const [OWN, OTHER] = canaryTenants;
const NOT_ALLOWED = '42501';

/**
 * Shows by doing, in a transaction that is undone, that the tenant role sees and changes the rows of the tenant in hand and no
 * others, whatever the catalogs say. Nothing is changed.
 * @throws {IsolationError} with what was seen
 */
export async function proveIsolation(session: Session, tables: readonly TableDef[], roles: Roles): Promise<void> {
  await session.query('begin');
  try {
    await become(session, roles, '');
    await showsNothing(session, [canary, ...tables], 'while no tenant is set');
    await become(session, roles, `nobody:${randomBytes(16).toString('hex')}`);
    await showsNothing(session, [canary, ...tables], 'to a tenant that does not exist');
    await become(session, roles, OWN);
    await showsOwnRow(session);
    await changesOwnRow(session);
    await refuses(
      session,
      'insert into gatehouse_canary (tenant_id, id, note) values ($1, $2, $3)',
      [OTHER, 'proof', 'proof'],
      'a row can be added for another tenant',
    );
    await refuses(session, 'update gatehouse_canary set tenant_id = $1, id = $2', [OTHER, 'proof'], 'a row can be given to another tenant');
    await refuses(session, 'select 1 from gatehouse_keys limit 1', [], `the tenant role "${roles.tenant}" can read the keys`);
  } finally {
    if (session.alive) await session.query('rollback');
  }
}

async function become(session: Session, { tenant: role }: Roles, tenant: string): Promise<void> {
  await session.query(`select set_config('role', $1, true), set_config('${TENANT_SETTING}', $2, true)`, [role, tenant]);
}

async function showsNothing(session: Session, tables: readonly TableDef[], when: string): Promise<void> {
  const each = tables.map(({ name }) => `select '${name}' as name where exists (select from "${name}")`);
  const { rows } = await session.query(each.join(' union all '));
  if (rows[0] !== undefined) throw new IsolationError(`The table "${String(rows[0].name)}" shows rows ${when}: row-level security does not hold`);
}

async function showsOwnRow(session: Session): Promise<void> {
  const { rows } = await session.query('select tenant_id, id from gatehouse_canary');
  if (rows.some((row) => row.tenant_id !== OWN)) throw broken('a row of another tenant is seen');
  if (rows.length !== 1 || rows[0]?.id !== CANARY_ID) throw broken('the row that must be seen is not');
}

async function changesOwnRow(session: Session): Promise<void> {
  for (const sql of ['update gatehouse_canary set note = note where tenant_id = $1', 'delete from gatehouse_canary where tenant_id = $1']) {
    if ((await session.query(sql, [OTHER])).rowCount !== 0) throw broken('a row of another tenant can be changed');
  }
  if ((await session.query('update gatehouse_canary set note = note')).rowCount !== 1) throw broken('not exactly the own row can be changed');
}

async function refuses(session: Session, sql: string, values: readonly unknown[], otherwise: string): Promise<void> {
  await session.query('savepoint proof');
  try {
    await session.query(sql, values);
  } catch (error) {
    if (error instanceof StatementError && error.code === NOT_ALLOWED) return;
    throw error;
  } finally {
    if (session.alive) await session.query('rollback to savepoint proof');
  }
  throw broken(otherwise);
}

function broken(what: string): IsolationError {
  return new IsolationError(`The self-test of row-level security failed: ${what}`);
}
