import { type Principal, type Refusal, type RowOf, defaultTenancy, refuse } from 'gatehouse';
import { constrained } from '../conflicts.js';
import type { Db } from '../tables.js';
import { promptConfig } from './prompt-config.js';
import type { agentRoles } from './tables.js';
import { type ShownRole, templateWith } from './templates.js';

export type RoleRow = RowOf<typeof agentRoles>;

export function shown(row: RoleRow): ShownRole {
  return {
    ...row,
    is_system: false,
    prompt_config: promptConfig.parse(row.prompt_config),
    platform_scopes: [...row.platform_scopes],
    mcp_server_ids: [...row.mcp_server_ids],
  };
}

/** A system template, or a role of the workspace. */
export async function findRole(db: Db, id: string): Promise<ShownRole | Refusal> {
  const row = templateWith(id) ?? (await findRow(db, id));
  if (row === undefined) return unknownRole();
  return 'is_system' in row ? row : shown(row);
}

function findRow(db: Db, id: string): Promise<RoleRow | undefined> {
  return db.selectFrom('agent_roles').selectAll().where('id', '=', id).executeTakeFirst();
}

type Changes = { readonly [Column in keyof Omit<RoleRow, 'id'>]?: RoleRow[Column] | undefined };

/** The role with these changes; what is undefined stays. */
export async function changed(db: Db, id: string, changes: Changes): Promise<ShownRole | Refusal> {
  const row = await db.updateTable('agent_roles').set(changes).where('id', '=', id).returningAll().executeTakeFirst();
  return row === undefined ? unknownRole() : shown(row);
}

export function unknownRole(): Refusal {
  return refuse('not_found', 'There is no agent role with this id.');
}

/** The role as it stands in this unit, held until it ends, where the caller may change it: its user, and whoever administers the workspace. */
export async function editable(db: Db, { user, role }: Principal, id: string): Promise<ShownRole | Refusal> {
  if (templateWith(id) !== undefined) return fixedTemplate();
  const held = db.updateTable('agent_roles').set((eb) => ({ updated_at: eb.ref('updated_at') }));
  const row = await held.where('id', '=', id).returningAll().executeTakeFirst();
  if (row === undefined) return unknownRole();
  if (row.created_by === user || administers(role)) return shown(row);
  return refuse('forbidden', 'The role belongs to another member.', { next: 'Make a role of your own with the same prompts.' });
}

export function fixedTemplate(why = 'A system template stays as it is.'): Refusal {
  return refuse('conflict', why, {
    next: 'Use your own copy of it: the role whose source_role_id is the id of the template, in GET /api/v1/agent-roles.',
  });
}

const administers = (role: string | undefined) =>
  role !== undefined && Object.hasOwn(defaultTenancy.roles, role) && defaultTenancy.roles[role]?.administers === true;

/** Those of these external MCP servers that are not there. */
export async function unknownServers(db: Db, ids: readonly string[]): Promise<Refusal | undefined> {
  if (ids.length === 0) return undefined;
  const found = await db.selectFrom('mcp_servers').select('id').where('id', 'in', ids).execute();
  const known = new Set(found.map(({ id }) => id));
  const message = 'There is no MCP server with this id';
  const fields = ids.flatMap((id, i) => (known.has(id) ? [] : [{ path: `mcp_server_ids.${i}`, message }]));
  return fields.length === 0 ? undefined : refuse('not_found', `${message}.`, { fields });
}

/** Names are unique for each user. */
export function named<T>(name: string | undefined, work: Promise<T>): Promise<T | Refusal> {
  const message = `There is a role with the name "${name ?? ''}" already`;
  return constrained(work, {
    unique: () => refuse('conflict', `${message}.`, { fields: [{ path: 'name', message }], next: 'Choose another name, or change that role.' }),
  });
}
