import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Nenjo, withoutRequestId } from './support/app.js';
import type { Answer, Client } from './support/client.js';
import { type Peopled, openPeopled } from './support/person.js';
import { inserted } from './support/pipelines.js';

const UNKNOWN = '3f2b8c1e-0000-4000-8000-000000000000';

interface World {
  readonly project: string;
  readonly ticket: string;
  readonly agent: string;
  readonly role: string;
  readonly skill: string;
  readonly server: string;
  readonly leader: string;
  readonly member: string;
  readonly council: string;
}

type Attempt = readonly [operation: string, input: (theirs: World, own: World) => Readonly<Record<string, unknown>>];

const model = { model_provider: 'p', model_name: 'm' };
const prompt_config = { system_prompt: 'secret' };

/** Each operation with each id that it takes, one foreign at a time, beside what is the caller's own. */
const attempts: readonly Attempt[] = [
  ['agents_list', ({ project }) => ({ project_id: project })],
  ['agents_get', ({ agent: id }) => ({ id })],
  ['agents_create', ({ project }) => ({ name: 'planted', ...model, project_id: project })],
  ['agents_update', ({ agent: id }) => ({ id, name: 'stolen', tags: ['x'] })],
  ['agents_update', ({ agent: id }) => ({ id })],
  ['agents_update', ({ project }, { agent: id }) => ({ id, project_id: project })],
  ['agents_delete', ({ agent: id }) => ({ id })],
  ['agent_roles_get', ({ role: id }) => ({ id })],
  ['agent_roles_create', ({ server }) => ({ name: 'planted', prompt_config, mcp_server_ids: [server] })],
  ['agent_roles_update', ({ role: id }) => ({ id, name: 'stolen' })],
  ['agent_roles_update', ({ role: id }) => ({ id })],
  ['agent_roles_update', ({ server }, { role: id }) => ({ id, mcp_server_ids: [server] })],
  ['agent_roles_delete', ({ role: id }) => ({ id })],
  ['agent_roles_reset', ({ role: id }) => ({ id })],
  ['agent_roles_prompt', ({ role: id }) => ({ id })],
  ['agent_roles_update_prompt', ({ role: id }) => ({ id, system_prompt: 'stolen' })],
  ['agent_roles_preview', ({ role: id }) => ({ id })],
  ['agent_roles_preview', ({ ticket }, { role: id }) => ({ id, ticket_id: ticket })],
  ['agent_roles_preview', ({ project }, { role: id }) => ({ id, project_id: project })],
  ['agent_roles_platform_scopes', ({ role: id }) => ({ id })],
  ['agent_roles_update_platform_scopes', ({ role: id }) => ({ id, platform_scopes: [] })],
  ['agent_roles_skills', ({ role: id }) => ({ id })],
  ['agent_roles_assign_skill', ({ role: id }, { skill }) => ({ id, skill_id: skill })],
  ['agent_roles_assign_skill', ({ skill }, { role: id }) => ({ id, skill_id: skill })],
  ['agent_roles_unassign_skill', ({ role: id, skill }) => ({ id, skill_id: skill })],
  ['agent_roles_unassign_skill', ({ skill }, { role: id }) => ({ id, skill_id: skill })],
  ['agent_role_assignments_list', ({ role }) => ({ role_id: role })],
  ['agent_role_assignments_list', ({ agent }) => ({ agent_id: agent })],
  ['agent_role_assignments_get', ({ leader: id }) => ({ id })],
  ['agent_role_assignments_create', ({ role }, { agent }) => ({ role_id: role, agent_id: agent })],
  ['agent_role_assignments_create', ({ agent }, { role }) => ({ role_id: role, agent_id: agent })],
  ['agent_role_assignments_delete', ({ leader: id }) => ({ id })],
  ['councils_get', ({ council: id }) => ({ id })],
  ['councils_create', ({ leader }, { member }) => ({ name: 'x', leader_role_assignment_id: leader, members: [{ role_assignment_id: member }] })],
  ['councils_create', ({ member }, { leader }) => ({ name: 'x', leader_role_assignment_id: leader, members: [{ role_assignment_id: member }] })],
  ['councils_update', ({ council: id }) => ({ id, name: 'stolen' })],
  ['councils_update', ({ council: id }) => ({ id })],
  ['councils_update', ({ leader }, { council: id }) => ({ id, leader_role_assignment_id: leader })],
  ['councils_update', ({ member }, { council: id }) => ({ id, members: [{ role_assignment_id: member }] })],
  ['councils_delete', ({ council: id }) => ({ id })],
];

describe('agents, roles and councils between tenants', () => {
  let world: Peopled;
  let app: Nenjo;
  let ada: Client;
  let eve: Client;
  let eveByKey: Client;
  let theirs: World;
  let own: World;

  const settle = async (person: string, mark: string): Promise<readonly [Client, World]> => {
    const client = world.person(person);
    const made = async (path: string, body: object) => (await client.post(`/api/v1/${path}`, body)).json.id;
    const email = `${person}@example.com`;
    const project = await made('projects', { name: mark });
    const ticket = await made('tickets', { project_id: project, title: mark });
    const agent = await made('agents', { name: mark, ...model, tags: [mark] });
    const role = await made('agent-roles', { name: mark, prompt_config: { system_prompt: mark } });
    const skill = await inserted(app, email, 'skills', { name: mark, manifest: {} });
    const remote = { transport: 'http', args: [], env: {}, url: 'https://mcp.example.com', headers: {}, is_active: true };
    const server = await inserted(app, email, 'mcp_servers', { name: mark, ...remote });
    await client.post(`/api/v1/agent-roles/${role}/skills/${skill}`);
    const leader = await made('agent-role-assignments', { role_id: role, agent_id: agent });
    const second = await made('agents', { name: `${mark} too`, ...model });
    const member = await made('agent-role-assignments', { role_id: role, agent_id: second });
    const council = await made('councils', { name: mark, leader_role_assignment_id: leader, members: [{ role_assignment_id: member }] });
    return [client, { project, ticket, agent, role, skill, server, leader, member, council }];
  };

  beforeAll(async () => {
    world = await openPeopled();
    app = world.app;
    [ada, theirs] = await settle('ada', 'secret');
    [eve, own] = await settle('eve', 'mine');
    eveByKey = app.as(await app.keyOf('eve@example.com'));
  });
  afterAll(() => world?.close());

  const stateOf = async (client: Client, { role, council }: World) => {
    const paths = ['agents', 'agents/tags', 'agent-roles?limit=100', 'agent-role-assignments', 'councils', `agent-roles/${role}/skills`, `councils/${council}`];
    return Promise.all(paths.map(async (path) => (await client.get(`/api/v1/${path}`)).json));
  };
  const never = () => Object.fromEntries(Object.keys(theirs).map((name) => [name, UNKNOWN])) as unknown as World;
  const operation = (name: string) => {
    const found = app.gatehouse.platform.operations.find(({ op }) => op.name === name)?.op;
    if (found?.rest === undefined || found.rest === null) throw new Error(`No route of ${name}`);
    return { op: found, rest: found.rest };
  };

  function overRest(name: string, input: Readonly<Record<string, unknown>>): Promise<Answer> {
    const { method, path: template } = operation(name).rest;
    const rest = { ...input };
    const path = template.replace(/:(\w+)/g, (_all, field: string) => {
      delete rest[field];
      return String(input[field]);
    });
    const address = `/api/v1${path}`;
    if (method === 'POST') return eve.post(address, rest);
    if (method === 'PATCH') return eve.patch(address, rest);
    if (method === 'DELETE') return eve.delete(address);
    return eve.get(`${address}?${new URLSearchParams(Object.entries(rest).map(([field, value]): [string, string] => [field, String(value)]))}`);
  }

  it('every operation of theirs that takes an id is tried here', () => {
    const takesIds = app.gatehouse.platform.operations
      .map(({ op }) => op)
      .filter(({ name, input }) => /^(agents|agent_|councils)/.test(name) && Object.keys(input.shape).some((field) => /(^|_)ids?$/.test(field)));
    expect(new Set(attempts.map(([name]) => name))).toEqual(new Set(takesIds.map(({ name }) => name)));
  });

  const titled = attempts.map(
    ([name, input]) =>
      [
        name,
        String(input)
          .replace(/^.*?=> /s, '')
          .replace(/\s+/g, ' '),
        input,
      ] as const,
  );

  it.each(titled)('%s with %s is answered as for an id that never was, and changes nothing', async (name, _shape, input) => {
    const before = [await stateOf(ada, theirs), await stateOf(eve, own)];
    const ways: ((ids: World) => Promise<Answer<unknown>>)[] = [(ids) => overRest(name, input(ids, own))];
    if (operation(name).op.tool) ways.push((ids) => eveByKey.rpc('tools/call', { name, arguments: input(ids, own) }));
    for (const call of ways) {
      const foreign = withoutRequestId(await call(theirs));
      expect(foreign).toEqual(withoutRequestId(await call(never())));
      expect(foreign.text).not.toContain('secret');
      expect(foreign.text).toMatch(/not_found|^\[\]$/);
    }
    expect([await stateOf(ada, theirs), await stateOf(eve, own)]).toEqual(before);
  });

  it('tags match no agent of another tenant', async () => {
    expect((await eve.get('/api/v1/match-agents?tags=secret')).json).toEqual([]);
    expect((await eve.get('/api/v1/agents/tags')).json).toEqual(['mine']);
  });
});
