import { Refusal } from 'gatehouse';
import type { Nenjo } from './app.js';
import { type Client, must } from './client.js';

/** Puts rows into a table of this user's own space, as a handler would; answers their ids. For what a test needs and does not test. */
export async function insertedAll(app: Nenjo, email: string, table: string, rows: readonly object[]): Promise<readonly string[]> {
  const user = await app.gatehouse.users.findOrCreate(email);
  if (user instanceof Refusal) throw user;
  const times = { created_at: app.now, ...(table === 'council_members' || table === 'agent_role_assignments' ? {} : { updated_at: app.now }) };
  const whole = rows.map((row) => ({ id: crypto.randomUUID(), ...times, ...row }));
  const db = app.gatehouse.store.db(user.homeTenant);
  await db
    .insertInto(table as never)
    .values(whole as never)
    .execute();
  return whole.map(({ id }) => id);
}

export async function inserted(app: Nenjo, email: string, table: string, row: object): Promise<string> {
  const [id = ''] = await insertedAll(app, email, table, [row]);
  return id;
}

export interface Helpers {
  readonly agent: string;
  readonly role: string;
  readonly lambda: string;
  readonly council: string;
}

/** What steps refer to: an agent with the role "reviewer", a lambda and a council that it leads. */
export async function helpersOf(app: Nenjo, email: string): Promise<Helpers> {
  const user = await app.gatehouse.users.findOrCreate(email);
  if (user instanceof Refusal) throw user;
  const agent = await inserted(app, email, 'agents', { name: 'Worker', model_provider: 'p', model_name: 'm', metadata: {} });
  const role = await inserted(app, email, 'agent_roles', {
    ...{ name: 'reviewer', created_by: user.id, prompt_config: { system_prompt: 'Review.' }, color: '#aabbcc' },
    ...{ platform_scopes: [], mcp_server_ids: [], assigned_agent_id: agent },
  });
  const lambda = await inserted(app, email, 'lambdas', { name: 'check', path: 'check.sh', body: 'true', interpreter: 'sh' });
  const leader = await inserted(app, email, 'agent_role_assignments', { role_id: role, agent_id: agent });
  const council = await inserted(app, email, 'councils', { name: 'elders', leader_role_assignment_id: leader, delegation_strategy: 'vote', config: {} });
  return { agent, role, lambda, council };
}

export interface Draft {
  readonly id: string;
  /** Step ids by name. */
  readonly steps: Readonly<Record<string, string>>;
}

type Edge = readonly [from: string, to: string, condition?: string, orderIndex?: number];

/** A pipeline with these steps, in order, and edges between them, by the operations themselves. */
export async function drafted(client: Client, name: string, steps: Readonly<Record<string, object>>, edges: readonly Edge[]): Promise<Draft> {
  const { id } = must(await client.post('/api/v1/pipelines', { name }));
  const ids: Record<string, string> = {};
  let order = 0;
  for (const [step, fields] of Object.entries(steps)) {
    order += 1;
    ids[step] = must(await client.post('/api/v1/pipeline-steps', { pipeline_id: id, name: step, order_index: order, ...fields })).id;
  }
  for (const [from, to, condition = 'always', order_index = 0] of edges) {
    must(await client.post('/api/v1/pipeline-edges', { pipeline_id: id, source_step_id: ids[from], target_step_id: ids[to], condition, order_index }));
  }
  return { id, steps: ids };
}

export async function activated(client: Client, name: string, steps: Readonly<Record<string, object>>, edges: readonly Edge[]): Promise<Draft> {
  const made = await drafted(client, name, steps, edges);
  must(await client.patch(`/api/v1/pipelines/${made.id}`, { is_active: true }));
  return made;
}
