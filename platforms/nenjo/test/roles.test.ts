import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Nenjo } from './support/app.js';
import type { Client, Failed } from './support/client.js';
import { type Peopled, openPeopled } from './support/person.js';
import { drafted } from './support/pipelines.js';

const path = '/api/v1/agent-roles';
const UNKNOWN = '3f2b8c1e-0000-4000-8000-000000000000';
const BUILT_IN = ['manager', 'architect', 'dev', 'devops', 'system'];

interface Role {
  readonly id: string;
  readonly name: string;
  readonly is_system: boolean;
  readonly created_by: string | null;
  readonly source_role_id: string | null;
  readonly color: string;
  readonly platform_scopes: readonly string[];
  readonly prompt_config: { readonly system_prompt: string };
}

let world: Peopled;
let app: Nenjo;
let ada: Client;
const prompt = { system_prompt: 'Review what others wrote.' };
const roles = async (client: Client) => (await client.get<Role[]>(`${path}?limit=100`)).json;
const copyOf = async (client: Client, name: string) => {
  const all = await roles(client);
  const template = all.find((role) => role.is_system && role.name === name);
  const found = all.find(({ source_role_id }) => source_role_id !== null && source_role_id === template?.id);
  if (template === undefined || found === undefined) throw new Error(`No ${name}`);
  return { template, copy: found };
};
const made = async (client: Client, name: string, more: object = {}) => (await client.post<Role>(path, { name, prompt_config: prompt, ...more })).json;

beforeAll(async () => {
  world = await openPeopled();
  app = world.app;
  ada = world.person('ada');
});
afterAll(() => world?.close());

describe('kinds of roles (8.2)', () => {
  it('system templates are five, belong to nobody and are the same in every workspace', async () => {
    const templates = (await roles(ada)).filter(({ is_system }) => is_system);
    expect(templates.map(({ name }) => name)).toEqual(BUILT_IN);
    for (const template of templates) expect(template).toMatchObject({ created_by: null, source_role_id: null, created_at: '2026-01-01T00:00:00Z' });
    expect((await roles(world.person('eve'))).slice(0, 5)).toEqual(templates);
    expect((await ada.get(`${path}/${templates[0]?.id}`)).json).toEqual(templates[0]);
  });

  it('a user has an own copy of each template from the first look on, with the template’s values', async () => {
    const me = (await ada.get('/api/v1/auth/me')).json.id;
    const all = await roles(ada);
    const copies = all.filter(({ source_role_id }) => source_role_id !== null);
    expect(copies.map(({ name }) => name).sort()).toEqual([...BUILT_IN].sort());
    for (const copy of copies) {
      const template = all.find(({ id }) => id === copy.source_role_id);
      expect(copy).toEqual({ ...template, id: copy.id, is_system: false, created_by: me, source_role_id: template?.id, ...times(copy) });
    }
    expect(await roles(ada)).toEqual(all);
  });

  it('copies are made in each workspace on its own, and in an organisation for each member', async () => {
    const org = { v: 2, o: { id: 'org_copies', rol: 'member' } };
    const [ada2, eve2] = [world.person('ada', org), world.person('eve', org)];
    const [hers, theirs] = [(await copyOf(ada2, 'dev')).copy, (await roles(eve2)).filter(({ is_system }) => !is_system)];
    expect(hers.id).not.toBe((await copyOf(ada, 'dev')).copy.id);
    expect(theirs.map(({ name }) => name).sort()).toEqual([...BUILT_IN, ...BUILT_IN].sort());
    expect(new Set(theirs.map(({ created_by }) => created_by)).size).toBe(2);
  });

  it('a key’s look at roles makes the copies of its user, and many at once make one of each', async () => {
    const reader = app.as(await app.keyOf('reader@example.com', ['agents:read']));
    const seen = await Promise.all(Array.from({ length: 5 }, () => roles(reader)));
    expect(seen.map((list) => list.length)).toContain(10);
    expect((await roles(reader)).length).toBe(10);
  });

  it.each(['patch', 'delete', 'prompt', 'platform-scopes', 'reset', 'skill'])(
    'a system template is not editable: %s is 409, and says what to use instead',
    async (what) => {
      const { template } = await copyOf(ada, 'dev');
      const at = `${path}/${template.id}`;
      const answers: Record<string, () => Promise<{ status: number; json: unknown }>> = {
        patch: () => ada.patch(at, { name: 'mine' }),
        delete: () => ada.delete(at),
        prompt: () => ada.patch(`${at}/prompt`, { system_prompt: 'mine' }),
        'platform-scopes': () => ada.patch(`${at}/platform-scopes`, { platform_scopes: [] }),
        reset: () => ada.post(`${at}/reset`),
        skill: () => ada.post(`${at}/skills/${UNKNOWN}`),
      };
      const answer = await answers[what]?.();
      expect(answer).toMatchObject({
        status: 409,
        json: { code: 'conflict', error: 'A system template stays as it is.', next: expect.stringContaining('copy') },
      });
      expect((await ada.get(at)).json).toEqual(template);
    },
  );

  it('a deleted copy is gone until the next login (GET /auth/me), which makes it anew', async () => {
    const bea = world.person('bea');
    const { copy, template } = await copyOf(bea, 'dev');
    expect((await bea.delete(`${path}/${copy.id}`)).status).toBe(204);
    expect((await roles(bea)).some(({ source_role_id }) => source_role_id === template.id)).toBe(false);
    expect((await bea.get('/api/v1/auth/me')).status).toBe(200);
    expect((await copyOf(bea, 'dev')).copy).toMatchObject({ name: 'dev', source_role_id: template.id });
  });

  it('a copy whose name a custom role has got is numbered', async () => {
    const cai = world.person('cai');
    await made(cai, 'dev');
    expect((await copyOf(cai, 'dev')).copy.name).toBe('dev-2');
  });

  it('a custom role belongs to its user, has no source, and can be changed and deleted', async () => {
    const { status, json } = await ada.post(path, {
      name: ' reviewer ',
      prompt_config: prompt,
      color: '#a1b2c3',
      platform_scopes: ['tickets:write', 'tickets:write'],
    });
    expect(status).toBe(201);
    expect(json).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'reviewer',
      description: null,
      created_by: (await ada.get('/api/v1/auth/me')).json.id,
      is_system: false,
      prompt_config: {
        ...prompt,
        developer_prompt: null,
        templates: { ticket_task: null, chat_task: null, gate_eval: null, cron_task: null },
        output_templates: { agent_done: null, gate_pass: null, gate_fail: null },
        memory_profile: { core_focus: [], project_focus: [], priority_categories: [] },
      },
      color: '#A1B2C3',
      platform_scopes: ['tickets:write'],
      mcp_server_ids: [],
      assigned_agent_id: null,
      source_role_id: null,
      created_at: '2026-01-31T09:30:00Z',
      updated_at: '2026-01-31T09:30:00Z',
    });
    expect((await ada.get(`${path}/${json.id}`)).json).toEqual(json);
    app.now += 60_000;
    const changed = await ada.patch(`${path}/${json.id}`, { description: 'Looks twice.' });
    expect(changed.json).toEqual({ ...json, description: 'Looks twice.', updated_at: '2026-01-31T09:31:00Z' });
    app.now -= 60_000;
    expect((await ada.patch(`${path}/${json.id}`, {})).json).toEqual(changed.json);
    expect((await ada.delete(`${path}/${json.id}`)).status).toBe(204);
    expect((await ada.get(`${path}/${json.id}`)).status).toBe(404);
  });

  it('reset gives a copy the template’s values again', async () => {
    const { copy, template } = await copyOf(ada, 'manager');
    await ada.patch(`${path}/${copy.id}`, { name: 'boss', description: null, prompt_config: prompt, color: '#000000', platform_scopes: [] });
    const { status, json } = await ada.post<Role>(`${path}/${copy.id}/reset`);
    expect(status).toBe(200);
    expect(json).toEqual({ ...template, id: copy.id, is_system: false, created_by: copy.created_by, source_role_id: template.id, ...times(json) });
  });

  it('reset leaves another role of that name alone, and numbers the copy', async () => {
    const dan = world.person('dan');
    const { copy } = await copyOf(dan, 'devops');
    await dan.patch(`${path}/${copy.id}`, { name: 'ops' });
    await made(dan, 'devops');
    expect((await dan.post<Role>(`${path}/${copy.id}/reset`)).json.name).toBe('devops-2');
    expect((await dan.post<Role>(`${path}/${copy.id}/reset`)).json.name).toBe('devops-2');
  });

  it('reset of a custom role is 409: it came from no template', async () => {
    const { id } = await made(ada, 'custom');
    const { status, json } = await ada.post<Failed>(`${path}/${id}/reset`);
    expect({ status, code: json.code }).toEqual({ status: 409, code: 'conflict' });
    expect(json.next).toContain('PATCH');
  });
});

describe('the role record (8.1)', () => {
  it('names are unique per user: 409, and another user may have the same', async () => {
    const [first, second] = [await made(ada, 'twin'), await made(ada, 'other twin')];
    for (const { status, json } of [
      await ada.post<Failed>(path, { name: 'twin', prompt_config: prompt }),
      await ada.patch<Failed>(`${path}/${second.id}`, { name: 'twin' }),
    ]) {
      expect({ status, error: json.error, fields: Object.keys(json.fields) }).toEqual({
        ...{ status: 409, error: 'There is a role with the name "twin" already.' },
        fields: ['name'],
      });
    }
    expect((await ada.patch(`${path}/${first.id}`, { name: 'twin' })).status).toBe(200);
    const org = { v: 2, o: { id: 'org_twins', rol: 'member' } };
    expect((await world.person('ada', org).post(path, { name: 'twin', prompt_config: prompt })).status).toBe(201);
    expect((await world.person('eve', org).post(path, { name: 'twin', prompt_config: prompt })).status).toBe(201);
  });

  it('a colour that is left out is chosen from 16, another one for each of the first roles', async () => {
    const fay = world.person('fay');
    const chosen = [];
    for (let i = 0; i < 11; i += 1) chosen.push((await made(fay, `role ${i}`)).color);
    const templates = (await roles(fay)).slice(0, 5).map(({ color }) => color);
    expect(new Set([...chosen, ...templates]).size).toBe(16);
    expect([...chosen, ...templates].every((color) => /^#[0-9A-F]{6}$/.test(color))).toBe(true);
  });

  it.each([
    ['a colour by name', { color: 'red' }, 'color', 'Must be a colour such as #3B82F6'],
    ['an unknown platform scope', { platform_scopes: ['tickets:read', 'tickets:fly'] }, 'platform_scopes.1', 'unknown scope: tickets:fly'],
    ['a blank name', { name: ' ' }, 'name', 'Must not be blank'],
    ['is_system', { is_system: true }, 'is_system', expect.any(String)],
  ])('%s is 400', async (_what, more, field, message) => {
    const { status, json } = await ada.post<Failed>(path, { name: 'x', prompt_config: prompt, ...more });
    expect({ status, fields: json.fields }).toEqual({ status: 400, fields: { [field]: [message] } });
  });

  it('MCP servers that are not there are 404, each named', async () => {
    const { status, json } = await ada.post<Failed>(path, { name: 'x', prompt_config: prompt, mcp_server_ids: [UNKNOWN] });
    expect({ status, fields: json.fields }).toEqual({ status: 404, fields: { 'mcp_server_ids.0': ['There is no MCP server with this id'] } });
  });

  it('platform scopes are read and replaced as a whole; empty ones mean none', async () => {
    const { id } = await made(ada, 'scoped', { platform_scopes: ['tickets:read'] });
    const at = `${path}/${id}/platform-scopes`;
    expect((await ada.get(at)).json).toEqual({ platform_scopes: ['tickets:read'] });
    expect((await ada.patch(at, { platform_scopes: ['graph:read', 'tickets:write'] })).json).toEqual({ platform_scopes: ['graph:read', 'tickets:write'] });
    expect((await ada.patch<Failed>(at, { platform_scopes: ['*'] })).json.fields).toEqual({ 'platform_scopes.0': ['unknown scope: *'] });
    expect((await ada.patch(at, { platform_scopes: [] })).json).toEqual({ platform_scopes: [] });
    expect((await ada.get(`${path}/${id}`)).json).toMatchObject({ platform_scopes: [] });
    expect((await ada.patch(at, {})).status).toBe(400);
  });
});

describe('roles over REST and MCP', () => {
  it('are listed page by page, templates first, then newest first', async () => {
    const all = await roles(ada);
    const page = async (limit: number, offset: number) => (await ada.get<Role[]>(`${path}?limit=${limit}&offset=${offset}`)).json;
    expect(await page(3, 0)).toEqual(all.slice(0, 3));
    expect(await page(4, 3)).toEqual(all.slice(3, 7));
    expect(await page(3, 7)).toEqual(all.slice(7, 10));
    expect(await page(5, 1000)).toEqual([]);
  });

  it('a key reads them with agents:read, and changes none whatever it holds: 403', async () => {
    const key = app.as(await app.keyOf('ada@example.com'));
    const { copy } = await copyOf(key, 'dev');
    expect((await key.get(`${path}/${copy.id}`)).status).toBe(200);
    expect(JSON.parse((await key.tool('agent_roles_get', { id: copy.id })).content[0]?.text ?? '')).toMatchObject({ name: 'dev' });
    const at = `${path}/${copy.id}`;
    const answers = [
      ...[await key.post(path, { name: 'x', prompt_config: prompt }), await key.patch(at, { name: 'x' }), await key.delete(at)],
      ...[await key.get(`${at}/prompt`), await key.patch(`${at}/prompt`, {}), await key.post(`${at}/preview`, {}), await key.post(`${at}/reset`)],
      ...[await key.get(`${at}/platform-scopes`), await key.patch(`${at}/platform-scopes`, { platform_scopes: [] })],
      ...[await key.get(`${at}/skills`), await key.post(`${at}/skills/${UNKNOWN}`), await key.delete(`${at}/skills/${UNKNOWN}`)],
      ...[await key.get('/api/v1/agent-role-assignments'), await key.get('/api/v1/agent-role-assignments/mine')],
      ...[await key.post('/api/v1/agent-role-assignments', {}), await key.delete(`/api/v1/agent-role-assignments/${UNKNOWN}`)],
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 403));
  });

  it('unknown and foreign roles are answered alike: 404', async () => {
    const foreign = (await made(world.person('eve'), 'secret')).id;
    for (const id of [UNKNOWN, foreign]) {
      const at = `${path}/${id}`;
      const answers = [
        ...[await ada.get<Failed>(at), await ada.patch<Failed>(at, { name: 'x' }), await ada.delete<Failed>(at), await ada.get<Failed>(`${at}/prompt`)],
        ...[await ada.patch<Failed>(`${at}/prompt`, {}), await ada.post<Failed>(`${at}/preview`, {}), await ada.post<Failed>(`${at}/reset`)],
        ...[await ada.get<Failed>(`${at}/platform-scopes`), await ada.patch<Failed>(`${at}/platform-scopes`, { platform_scopes: [] })],
        ...[await ada.get<Failed>(`${at}/skills`), await ada.post<Failed>(`${at}/skills/${UNKNOWN}`), await ada.delete<Failed>(`${at}/skills/${UNKNOWN}`)],
      ];
      for (const { status, json } of answers) expect([status, json.error]).toEqual([404, 'There is no agent role with this id.']);
    }
  });

  it('in an organisation all see the roles of all; a role is changed by its user, and by administrators', async () => {
    const org = { v: 2, o: { id: 'org_acme', rol: 'member' } };
    const [owner, other, admin] = [world.person('gil', org), world.person('hal', org), world.person('ida', { ...org, o: { ...org.o, rol: 'admin' } })];
    const { id } = await made(owner, 'shared');
    expect((await other.get<Role>(`${path}/${id}`)).json.name).toBe('shared');
    const refused = await other.patch<Failed>(`${path}/${id}`, { name: 'stolen' });
    expect({ status: refused.status, error: refused.json.error }).toEqual({ status: 403, error: 'The role belongs to another member.' });
    expect((await other.delete(`${path}/${id}`)).status).toBe(403);
    expect((await admin.patch<Role>(`${path}/${id}`, { name: 'mended' })).json.name).toBe('mended');
  });

  it('one that a pipeline step uses is not deleted: 409, which names the step', async () => {
    const { id } = await made(ada, 'in use');
    await drafted(ada, 'Reviewed', { Review: { step_type: 'agent', role_id: id } }, []);
    const { status, json } = await ada.delete<Failed>(`${path}/${id}`);
    expect({ status, error: json.error }).toEqual({ status: 409, error: 'The role is used by the step "Review" of the pipeline "Reviewed".' });
  });
});

const times = (role: object) => Object.fromEntries(Object.entries(role).filter(([name]) => name.endsWith('_at')));
