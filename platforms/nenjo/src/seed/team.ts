import { farthestColor } from '../roles/colors.js';
import { promptConfig } from '../roles/prompt-config.js';
import { systemTemplates } from '../roles/templates.js';
import { agents, assignments, council, reviewer } from './content/team.js';
import { type Planted, type Soil, planted, within } from './sample.js';

export async function plantAgents({ db, user, id, ago }: Soil): Promise<Planted> {
  const rows = agents.map(({ tags: _, ...agent }, i) => ({
    ...agent,
    ...{ id: id(), project_id: null, metadata: {}, created_by: user, created_at: ago(50 - i), updated_at: ago(50 - i) },
  }));
  await db.insertInto('agents').values(rows).execute();
  const ids = new Map(rows.map(({ name, id: own }) => [name as string, own]));
  const tags = agents.flatMap(({ name, tags: given }) => given.map((tag, position) => ({ id: id(), agent_id: planted(ids, name), tag, position })));
  await db.insertInto('agent_tags').values(tags).execute();
  return ids;
}

/** The user's copies of the templates, as far as there are none yet, and a role that is their own. */
export async function plantRoles({ db, user, id, ago }: Soil, agentIds: Planted): Promise<Planted> {
  const agentOf = (role: string) => {
    const first = assignments.find(([name]) => name === role)?.[1];
    return first === undefined ? null : planted(agentIds, first);
  };
  const at = ago(49);
  const own = { created_by: user, created_at: at, updated_at: at };
  const there = await db.selectFrom('agent_roles').select(['id', 'name', 'source_role_id', 'color']).where('created_by', '=', user).execute();
  const missing = systemTemplates.filter((template) => !there.some(({ source_role_id }) => source_role_id === template.id));
  const copies = missing.map(({ is_system: _, id: source_role_id, ...role }) => ({
    ...role,
    ...own,
    id: id(),
    source_role_id,
    assigned_agent_id: agentOf(role.name),
  }));
  const { prompt_config, platform_scopes, ...role } = reviewer;
  const custom = {
    ...{ ...role, ...own, id: id(), source_role_id: null, mcp_server_ids: [], assigned_agent_id: agentOf(role.name) },
    ...{ prompt_config: promptConfig.parse(prompt_config), platform_scopes: [...platform_scopes] },
    color: farthestColor([...there, ...copies].map(({ color }) => color)),
  };
  await db
    .insertInto('agent_roles')
    .values([...copies, custom])
    .execute();
  return new Map([...there, ...copies, custom].map(({ name, id: made }) => [name, made]));
}

export async function plantAssignments({ db, user, id, ago }: Soil, agentIds: Planted, roleIds: Planted): Promise<Planted> {
  const rows = assignments.map(([role, agent], i) => ({
    ...{ id: id(), role_id: planted(roleIds, role), agent_id: planted(agentIds, agent), created_by: user, created_at: ago(48 - i) },
  }));
  await db.insertInto('agent_role_assignments').values(rows).execute();
  for (const { role_id, agent_id } of rows.toReversed()) {
    await db.updateTable('agent_roles').set({ assigned_agent_id: agent_id }).where('id', '=', role_id).execute();
  }
  return new Map(assignments.map(([role, agent], i) => [within(role, agent), rows[i]?.id ?? '']));
}

export async function plantCouncil({ db, user, id, ago }: Soil, assignmentIds: Planted): Promise<string> {
  const { leader, members, ...fields } = council;
  const at = ago(40);
  const own = id();
  await db
    .insertInto('councils')
    .values({ ...fields, id: own, leader_role_assignment_id: planted(assignmentIds, within(...leader)), created_by: user, created_at: at, updated_at: at })
    .execute();
  const rows = members.map(([role, agent], i) => ({
    ...{ id: id(), council_id: own, role_assignment_id: planted(assignmentIds, within(role, agent)), priority: i + 1, config: {}, created_at: at },
  }));
  await db.insertInto('council_members').values(rows).execute();
  return own;
}
