import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Nenjo, openNenjo } from './support/app.js';
import type { Client, Failed } from './support/client.js';
import { drafted, helpersOf, inserted } from './support/pipelines.js';

const path = '/api/v1/councils';
const UNKNOWN = '3f2b8c1e-0000-4000-8000-000000000000';
const EMAIL = 'ada@example.com';

interface Member {
  readonly id: string;
  readonly role_assignment_id: string;
  readonly priority: number;
  readonly role_assignment: { readonly agent_name: string };
}
interface Council {
  readonly id: string;
  readonly name: string;
  readonly leader_role_assignment_id: string;
  readonly members: readonly Member[];
}

let app: Nenjo;
let ada: Client;
/** Role assignments: an agent of this name as "reviewer". */
let seats: Readonly<Record<'lead' | 'ann' | 'bob' | 'cleo', string>>;
let role = '';
let agent = '';
let count = 0;
let fresh = '';

beforeAll(async () => {
  app = await openNenjo();
  ada = app.as(await app.keyOf(EMAIL));
  ({ role } = await helpersOf(app, EMAIL));
  const seat = async (name: string) => {
    agent = (await ada.post('/api/v1/agents', { name, model_provider: 'anthropic', model_name: 'sonnet' })).json.id;
    return inserted(app, EMAIL, 'agent_role_assignments', { role_id: role, agent_id: agent });
  };
  seats = { lead: await seat('lead'), ann: await seat('ann'), bob: await seat('bob'), cleo: await seat('cleo') };
});
beforeEach(() => {
  count += 1;
  fresh = `council ${count}`;
});
afterAll(() => app?.close());

const sits = (id: string, more: object = {}) => ({ role_assignment_id: id, ...more });
const made = async (more: object = {}) =>
  (await ada.post<Council>(path, { name: fresh, leader_role_assignment_id: seats.lead, members: [sits(seats.ann), sits(seats.bob)], ...more })).json;
const summary = (id: string, name: string) => ({
  ...{ id, role_id: role, role_name: 'reviewer', role_description: null },
  ...{ agent_id: expect.any(String), agent_name: name, agent_model: 'sonnet', agent_model_provider: 'anthropic' },
});

describe('councils (7.11)', () => {
  it('come back with every field, leader and members each with a role-assignment summary (7.10); the strategy is decompose by default', async () => {
    const { status, json } = await ada.post<Council>(path, {
      name: ' Reviewers ',
      leader_role_assignment_id: seats.lead,
      members: [sits(seats.ann, { config: { votes: 2 } })],
    });
    const owner = await app.gatehouse.users.findOrCreate(EMAIL);
    expect(status).toBe(201);
    expect(json).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'Reviewers',
      description: null,
      leader_role_assignment_id: seats.lead,
      leader: summary(seats.lead, 'lead'),
      delegation_strategy: 'decompose',
      config: {},
      members: [
        {
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          council_id: json.id,
          role_assignment_id: seats.ann,
          role_assignment: summary(seats.ann, 'ann'),
          priority: 1,
          config: { votes: 2 },
          created_at: '2026-01-31T09:30:00Z',
        },
      ],
      created_by: 'id' in owner ? owner.id : '',
      created_at: '2026-01-31T09:30:00Z',
      updated_at: '2026-01-31T09:30:00Z',
    });
    expect((await ada.get(`${path}/${json.id}`)).json).toEqual(json);
    expect((await ada.get<Council[]>(path)).json).toContainEqual(json);
  });

  it.each(['dynamic', 'broadcast', 'decompose', 'round_robin', 'vote'])('may delegate by %s', async (delegation_strategy) => {
    expect(await made({ delegation_strategy })).toMatchObject({ delegation_strategy });
  });

  it('show members with the lowest priority first; without one it is the place in the list', async () => {
    const { members } = await made({ members: [sits(seats.ann, { priority: 9 }), sits(seats.bob), sits(seats.cleo, { priority: -1 })] });
    expect(members.map(({ role_assignment, priority }) => [role_assignment.agent_name, priority])).toEqual([
      ['cleo', -1],
      ['bob', 2],
      ['ann', 9],
    ]);
  });

  it.each([
    ['no member', () => ({ members: [] }), 'members', 'A council needs at least one member'],
    ['the leader as a member', () => ({ members: [sits(seats.ann), sits(seats.lead)] }), 'members.1.role_assignment_id', 'The leader cannot also be a member'],
    ['a member twice', () => ({ members: [sits(seats.ann), sits(seats.ann)] }), 'members.1.role_assignment_id', 'Is a member already'],
    ['an unknown strategy', () => ({ delegation_strategy: 'dice' }), 'delegation_strategy', expect.any(String)],
    ['a config that is no object', () => ({ config: [] }), 'config', expect.any(String)],
  ])('refuse %s with 400, when made and when changed, and stay as they were', async (_what, more, field, message) => {
    const council = await made();
    for (const { status, json } of [
      await ada.post<Failed>(path, { name: 'x', leader_role_assignment_id: seats.lead, members: [sits(seats.bob)], ...more() }),
      await ada.patch<Failed>(`${path}/${council.id}`, { name: 'changed', ...more() }),
    ]) {
      expect({ status, fields: json.fields }).toEqual({ status: 400, fields: { [field]: [message] } });
    }
    expect((await ada.get(`${path}/${council.id}`)).json).toEqual(council);
  });

  it('without members are 400', async () => {
    const { status, json } = await ada.post<Failed>(path, { name: 'x', leader_role_assignment_id: seats.lead });
    expect({ status, fields: Object.keys(json.fields) }).toEqual({ status: 400, fields: ['members'] });
  });

  it('a leader who is a member already is refused where only the leader is changed', async () => {
    const council = await made();
    const { status, json } = await ada.patch<Failed>(`${path}/${council.id}`, { leader_role_assignment_id: seats.bob });
    expect({ status, fields: json.fields }).toEqual({
      status: 400,
      fields: { leader_role_assignment_id: ['Is a member, which the leader cannot be as well'] },
    });
    const swapped = { leader_role_assignment_id: seats.bob, members: [sits(seats.lead)] };
    expect((await ada.patch(`${path}/${council.id}`, swapped)).status).toBe(200);
  });

  it('of a change of the leader and one of the members at once, one is refused where both together cannot be', async () => {
    for (let round = 0; round < 5; round += 1) {
      const council = await made({ name: `race ${round}` });
      const at = `${path}/${council.id}`;
      const answers = await Promise.all([
        ada.patch(at, { leader_role_assignment_id: seats.cleo }),
        ada.patch(at, { members: [sits(seats.ann), sits(seats.cleo)] }),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
    }
  });

  it('are read as they were at one moment, alone and in a list, while leader and member change places', async () => {
    const { id } = await made({ members: [sits(seats.bob)] });
    const work = Array.from({ length: 16 }, async (_, i) => {
      const [leader, member] = i % 2 === 0 ? [seats.bob, seats.lead] : [seats.lead, seats.bob];
      await ada.patch(`${path}/${id}`, { leader_role_assignment_id: leader, members: [sits(member)] });
      return [(await ada.get<Council>(`${path}/${id}`)).json, ...(await ada.get<Council[]>(`${path}?limit=100`)).json.filter((other) => other.id === id)];
    });
    const read = (await Promise.all(work)).flat();
    const seated = read.map(({ leader_role_assignment_id, members }) =>
      [leader_role_assignment_id, ...members.map((member) => member.role_assignment_id)].sort(),
    );
    expect(seated).toEqual(Array.from({ length: 32 }, () => [seats.bob, seats.lead].sort()));
  });

  it('members are replaced as a whole, and who stays keeps its id; other fields stay', async () => {
    const before = await made({ config: { a: 1 }, description: 'd' });
    app.now += 60_000;
    const { status, json } = await ada.patch<Council>(`${path}/${before.id}`, { members: [sits(seats.cleo), sits(seats.bob)] });
    const [, bob] = before.members;
    expect(status).toBe(200);
    expect(json).toEqual({
      ...before,
      members: [expect.objectContaining({ role_assignment_id: seats.cleo, priority: 1, created_at: '2026-01-31T09:31:00Z' }), bob],
      updated_at: '2026-01-31T09:31:00Z',
    });
    expect((await ada.patch(`${path}/${before.id}`, {})).json).toEqual(json);
    expect((await ada.patch(`${path}/${before.id}`, { config: { b: 2 }, description: null })).json).toEqual({ ...json, config: { b: 2 }, description: null });
    app.now -= 60_000;
  });

  it('role assignments that are not there are 404, each named', async () => {
    const { status, json } = await ada.post<Failed>(path, { name: 'x', leader_role_assignment_id: UNKNOWN, members: [sits(seats.ann), sits(UNKNOWN)] });
    const message = 'There is no role assignment with this id';
    expect({ status, error: json.error, fields: json.fields }).toEqual({
      ...{ status: 404, error: `${message}.` },
      fields: { leader_role_assignment_id: [message], 'members.1.role_assignment_id': [message] },
    });
  });

  it('have names of their own: 409', async () => {
    const [one, two] = [await made(), await made({ name: `${fresh} too` })];
    for (const { status, json } of [
      await ada.post<Failed>(path, { name: one.name, leader_role_assignment_id: seats.lead, members: [sits(seats.ann)] }),
      await ada.patch<Failed>(`${path}/${two.id}`, { name: one.name }),
    ]) {
      expect({ status, error: json.error }).toEqual({ status: 409, error: `There is a council with the name "${one.name}" already.` });
    }
  });

  it('are listed newest first, page by page', async () => {
    app.now += 1;
    const latest = await made();
    expect((await ada.get<Council[]>(`${path}?limit=1`)).json).toEqual([latest]);
    expect((await ada.get<Council[]>(`${path}?limit=1&offset=1`)).json[0]?.id).not.toBe(latest.id);
  });

  it('are deleted with 204, and then are unknown; agents and roles stay', async () => {
    const { id } = await made();
    expect((await ada.delete(`${path}/${id}`)).status).toBe(204);
    for (const { status, json } of [await ada.get(`${path}/${id}`), await ada.patch(`${path}/${id}`, { name: 'x' }), await ada.delete(`${path}/${id}`)]) {
      expect({ status, error: json.error }).toEqual({ status: 404, error: 'There is no council with this id.' });
    }
    expect((await ada.get(`/api/v1/agents/${agent}`)).status).toBe(200);
  });

  it('that a pipeline step uses are not deleted: 409, which names the step', async () => {
    const { id } = await made();
    await drafted(ada, 'Decide', { Discuss: { step_type: 'council', council_id: id } }, []);
    const { status, json } = await ada.delete<Failed>(`${path}/${id}`);
    expect({ status, error: json.error }).toEqual({ status: 409, error: 'The council is used by the step "Discuss" of the pipeline "Decide".' });
    expect(json.next).toContain('pipeline_steps_update');
  });

  it('answer over MCP what they answer over REST', async () => {
    const council = await made();
    expect(JSON.parse((await ada.tool('councils_get', { id: council.id })).content[0]?.text ?? '')).toEqual(council);
    const refused = await ada.rpc('tools/call', { name: 'councils_update', arguments: { id: council.id, members: [sits(seats.lead)] } });
    expect(refused.json.error).toMatchObject({ code: -32602, message: expect.stringContaining('The leader cannot also be a member') });
  });
});
