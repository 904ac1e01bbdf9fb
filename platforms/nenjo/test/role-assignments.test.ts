import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Nenjo } from './support/app.js';
import type { Client, Failed } from './support/client.js';
import { type Peopled, openPeopled } from './support/person.js';
import { inserted } from './support/pipelines.js';

const path = '/api/v1/agent-role-assignments';
const roles = '/api/v1/agent-roles';
const UNKNOWN = '3f2b8c1e-0000-4000-8000-000000000000';
const EMAIL = 'ada@example.com';

interface Named {
  readonly id: string;
  readonly name: string;
}

let world: Peopled;
let app: Nenjo;
let ada: Client;
let count = 0;

beforeAll(async () => {
  world = await openPeopled();
  app = world.app;
  ada = world.person('ada');
});
afterAll(() => world?.close());

const agentOf = async (client: Client, name: string) =>
  (await client.post('/api/v1/agents', { name, model_provider: 'anthropic', model_name: 'sonnet' })).json.id;
const roleOf = async (client: Client, name: string, more: object = {}) =>
  (await client.post(roles, { name, prompt_config: { system_prompt: 'x' }, ...more })).json.id;
const pair = async (client = ada) => {
  count += 1;
  return { role_id: await roleOf(client, `role ${count}`), agent_id: await agentOf(client, `agent ${count}`) };
};
const worker = async (role: string) => (await ada.get(`${roles}/${role}`)).json.assigned_agent_id;

describe('role assignments (7.10)', () => {
  it('are made with 201, and shown with a summary of role and agent', async () => {
    const role_id = await roleOf(ada, 'reviewer', { description: 'Looks twice.' });
    const agent_id = await agentOf(ada, 'Rusty');
    const { status, json } = await ada.post(path, { role_id, agent_id });
    expect(status).toBe(201);
    expect(json).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      role_id,
      role_name: 'reviewer',
      role_description: 'Looks twice.',
      agent_id,
      agent_name: 'Rusty',
      agent_model: 'sonnet',
      agent_model_provider: 'anthropic',
      created_by: (await ada.get('/api/v1/auth/me')).json.id,
      created_at: '2026-01-31T09:30:00Z',
    });
    expect((await ada.get(`${path}/${json.id}`)).json).toEqual(json);
    expect((await ada.get<object[]>(path)).json).toContainEqual(json);
  });

  it('are listed newest first, all of them, those of a role or an agent, and the caller’s own', async () => {
    const org = { v: 2, o: { id: 'org_lists', rol: 'member' } };
    const [gil, hal] = [world.person('gil', org), world.person('hal', org)];
    const [one, two] = [await pair(gil), await pair(gil)];
    const ids = [];
    for (const [client, body] of [
      [gil, one],
      [hal, two],
      [hal, { ...two, agent_id: one.agent_id }],
    ] as const) {
      app.now += 1;
      ids.push((await client.post(path, body)).json.id);
    }
    const [a, b, c] = ids;
    const listed = async (client: Client, query: string) => (await client.get<{ id: string }[]>(`${path}${query}`)).json.map(({ id }) => id);
    expect(await listed(gil, '')).toEqual([c, b, a]);
    expect(await listed(gil, '?limit=1&offset=1')).toEqual([b]);
    expect(await listed(gil, `?role_id=${two.role_id}`)).toEqual([c, b]);
    expect(await listed(gil, `?agent_id=${one.agent_id}`)).toEqual([c, a]);
    expect(await listed(gil, `?agent_id=${UNKNOWN}`)).toEqual([]);
    expect(await listed(gil, '/mine')).toEqual([a]);
    expect(await listed(hal, '/mine?limit=1')).toEqual([c]);
  });

  it('that are there already are 409', async () => {
    const body = await pair();
    await ada.post(path, body);
    const { status, json } = await ada.post<Failed>(path, body);
    expect({ status, error: json.error }).toEqual({ status: 409, error: 'The agent works in this role already.' });
  });

  it('of unknown roles and agents are 404, each named; of a system template 409', async () => {
    const { role_id, agent_id } = await pair();
    const both = await ada.post<Failed>(path, { role_id: UNKNOWN, agent_id: UNKNOWN });
    expect({ status: both.status, fields: both.json.fields }).toEqual({
      status: 404,
      fields: { role_id: ['There is no agent role with this id'], agent_id: ['There is no agent with this id'] },
    });
    expect(Object.keys((await ada.post<Failed>(path, { role_id, agent_id: UNKNOWN })).json.fields)).toEqual(['agent_id']);
    const [template] = (await ada.get<Named[]>(`${roles}?limit=1`)).json;
    const { status, json } = await ada.post<Failed>(path, { role_id: template?.id, agent_id });
    expect({ status, error: json.error }).toEqual({ status: 409, error: 'A system template is assigned to no agent.' });
  });

  it('unknown ones are 404', async () => {
    for (const { status, json } of [await ada.get(`${path}/${UNKNOWN}`), await ada.delete(`${path}/${UNKNOWN}`)]) {
      expect({ status, error: json.error }).toEqual({ status: 404, error: 'There is no role assignment with this id.' });
    }
  });

  it('that a council uses are not deleted: 409, which names the council, and neither is its role or agent', async () => {
    const [lead, member] = [await pair(), await pair()];
    const ids = [(await ada.post(path, lead)).json.id, (await ada.post(path, member)).json.id];
    const council = { name: 'elders', leader_role_assignment_id: ids[0], members: [{ role_assignment_id: ids[1] }] };
    const { id } = (await ada.post('/api/v1/councils', council)).json;
    for (const used of ids) {
      const { status, json } = await ada.delete<Failed>(`${path}/${used}`);
      expect({ status, error: json.error }).toEqual({ status: 409, error: 'The assignment is used by the council "elders".' });
      expect(json.next).toContain('councils_update');
    }
    for (const { role_id, agent_id } of [lead, member]) {
      expect((await ada.delete<Failed>(`${roles}/${role_id}`)).json.error).toBe('The role is used by the council "elders".');
      expect((await ada.delete(`/api/v1/agents/${agent_id}`)).status).toBe(409);
    }
    expect((await ada.delete(`/api/v1/councils/${id}`)).status).toBe(204);
    expect((await ada.delete(`${path}/${ids[0]}`)).status).toBe(204);
    expect((await ada.get(`${path}/${ids[0]}`)).status).toBe(404);
  });

  it('a role is done by the agent of its oldest assignment, also when assignments and agents go', async () => {
    const { role_id, agent_id: first } = await pair();
    const [second, third] = [await agentOf(ada, 'second'), await agentOf(ada, 'third')];
    expect(await worker(role_id)).toBeNull();
    const ids = [];
    for (const agent_id of [first, second, third]) {
      app.now += 1;
      ids.push((await ada.post(path, { role_id, agent_id })).json.id);
      expect(await worker(role_id)).toBe(first);
    }
    await ada.delete(`${path}/${ids[0]}`);
    expect(await worker(role_id)).toBe(second);
    expect((await ada.delete(`/api/v1/agents/${second}`)).status).toBe(204);
    expect(await worker(role_id)).toBe(third);
    await ada.delete(`${path}/${ids[2]}`);
    expect(await worker(role_id)).toBeNull();
  });

  it('are gone with their role', async () => {
    const body = await pair();
    const { id } = (await ada.post(path, body)).json;
    expect((await ada.delete(`${roles}/${body.role_id}`)).status).toBe(204);
    expect((await ada.get(`${path}/${id}`)).status).toBe(404);
  });
});

describe('skills of a role (6.1)', () => {
  const skill = (name: string) => inserted(app, EMAIL, 'skills', { name, manifest: { schema_version: 1 } });
  const names = (skills: readonly Named[]) => skills.map(({ name }) => name);

  it('are assigned one by one, listed in that order, and taken away', async () => {
    const at = `${roles}/${await roleOf(ada, 'skilled')}/skills`;
    const [review, merge] = [await skill('review'), await skill('merge')];
    expect((await ada.get(at)).json).toEqual([]);
    const { status, json } = await ada.post<Named[]>(`${at}/${review}`);
    expect({ status, names: names(json) }).toEqual({ status: 200, names: ['review'] });
    expect(json[0]).toMatchObject({ id: review, description: null, manifest: { schema_version: 1 }, created_at: expect.any(String) });
    expect(names((await ada.post<Named[]>(`${at}/${merge}`)).json)).toEqual(['review', 'merge']);
    expect(names((await ada.post<Named[]>(`${at}/${review}`)).json)).toEqual(['review', 'merge']);
    expect((await ada.delete(`${at}/${review}`)).status).toBe(204);
    expect(names((await ada.get<Named[]>(at)).json)).toEqual(['merge']);
    const gone = await ada.delete(`${at}/${review}`);
    expect({ status: gone.status, error: gone.json.error }).toEqual({ status: 404, error: 'The role has no skill with this id.' });
  });

  it('that are not there are 404; a system template has none', async () => {
    const at = `${roles}/${await roleOf(ada, 'unskilled')}/skills`;
    const { status, json } = await ada.post(`${at}/${UNKNOWN}`);
    expect({ status, error: json.error }).toEqual({ status: 404, error: 'There is no skill with this id.' });
    const [template] = (await ada.get<Named[]>(`${roles}?limit=1`)).json;
    expect((await ada.get(`${roles}/${template?.id}/skills`)).json).toEqual([]);
  });
});
