import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Nenjo, openNenjo } from './support/app.js';
import type { Client, Failed } from './support/client.js';
import { drafted, helpersOf, inserted } from './support/pipelines.js';

const path = '/api/v1/agents';
const UNKNOWN = '3f2b8c1e-0000-4000-8000-000000000000';

interface Agent {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly matched_tags: readonly string[];
}

let app: Nenjo;
let ada: Client;
const model = { model_provider: 'anthropic', model_name: 'sonnet' };
const made = async (client: Client, name: string, more: object = {}) => (await client.post<Agent>(path, { name, ...model, ...more })).json;

beforeAll(async () => {
  app = await openNenjo();
  ada = app.as(await app.keyOf('ada@example.com'));
});
afterAll(() => app?.close());

describe('agents (7.10)', () => {
  it('are models under a name, created with 201 and every field, defaults included', async () => {
    const { status, json } = await ada.post(path, { name: ' Rusty ', ...model, tags: ['rust', 'backend', 'rust'] });
    const owner = await app.gatehouse.users.findOrCreate('ada@example.com');
    expect(status).toBe(201);
    expect(json).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'Rusty',
      description: null,
      model_provider: 'anthropic',
      model_name: 'sonnet',
      temperature: null,
      project_id: null,
      tags: ['rust', 'backend'],
      metadata: {},
      created_by: 'id' in owner ? owner.id : '',
      created_at: '2026-01-31T09:30:00Z',
      updated_at: '2026-01-31T09:30:00Z',
    });
    expect((await ada.get(`${path}/${json.id}`)).json).toEqual(json);
  });

  it('change only in what a patch names; tags and metadata are replaced as a whole', async () => {
    const agent = await made(ada, 'Patchy', { temperature: 0.7, description: 'd', tags: ['a', 'b'], metadata: { x: 1 } });
    app.now += 60_000;
    const { status, json } = await ada.patch(`${path}/${agent.id}`, { temperature: null, tags: ['c'], metadata: { y: 2 } });
    expect(status).toBe(200);
    expect(json).toEqual({ ...agent, temperature: null, tags: ['c'], metadata: { y: 2 }, updated_at: '2026-01-31T09:31:00Z' });
    expect((await ada.patch(`${path}/${agent.id}`, {})).json).toEqual(json);
    expect((await ada.patch(`${path}/${agent.id}`, { name: 'Renamed' })).json).toMatchObject({ name: 'Renamed', tags: ['c'] });
    app.now -= 60_000;
  });

  it('have names of their own: 409 says which one is taken', async () => {
    const first = await made(ada, 'Only');
    const second = await made(ada, 'Other');
    for (const { status, json } of [
      await ada.post<Failed>(path, { name: 'Only', ...model }),
      await ada.patch<Failed>(`${path}/${second.id}`, { name: 'Only' }),
    ]) {
      expect({ status, code: json.code }).toEqual({ status: 409, code: 'conflict' });
      expect(json.error).toBe('There is an agent with the name "Only" already.');
      expect(Object.keys(json.fields)).toEqual(['name']);
    }
    expect((await ada.patch(`${path}/${first.id}`, { name: 'Only' })).status).toBe(200);
    expect((await app.as(await app.keyOf('eve@example.com')).post(path, { name: 'Only', ...model })).status).toBe(201);
  });

  it.each([
    ['no model', { name: 'x', model_provider: 'p' }, 'model_name'],
    ['a blank name', { name: ' ', ...model }, 'name'],
    ['a temperature above 2', { name: 'x', ...model, temperature: 2.1 }, 'temperature'],
    ['a tag with a comma', { name: 'x', ...model, tags: ['a,b'] }, 'tags.0'],
    ['an unknown field', { name: 'x', ...model, colour: 'red' }, 'colour'],
  ])('answer 400 to %s', async (_what, body, field) => {
    const { status, json } = await ada.post<Failed>(path, body);
    expect({ status, fields: Object.keys(json.fields) }).toEqual({ status: 400, fields: [field] });
  });

  it('are read as they were at one moment, alone, in a list and matched, while others change them', async () => {
    const reader = app.as(await app.keyOf('moment@example.com'));
    const { id } = await made(reader, 't0', { tags: ['t0', 'all'] });
    const work = Array.from({ length: 8 }, async (_, i) => {
      await reader.patch(`${path}/${id}`, { name: `t${i}`, tags: [`t${i}`, 'all'] });
      const lists = [reader.get<Agent[]>(path), reader.get<Agent[]>('/api/v1/match-agents?tags=all')];
      return [(await reader.get<Agent>(`${path}/${id}`)).json, ...(await Promise.all(lists)).flatMap(({ json }) => json)];
    });
    const read = (await Promise.all(work)).flat();
    expect(read).toHaveLength(24);
    expect(read.filter(({ name, tags }) => tags.length !== 2 || tags[0] !== name)).toEqual([]);
  });

  it('are listed newest first; of a project, those of it and those at work in every project', async () => {
    const reader = app.as(await app.keyOf('list@example.com'));
    const [one, two] = [(await reader.post('/api/v1/projects', { name: '1' })).json.id, (await reader.post('/api/v1/projects', { name: '2' })).json.id];
    for (const [name, project_id] of [
      ['everywhere', null],
      ['in one', one],
      ['in two', two],
    ]) {
      app.now += 1;
      await made(reader, String(name), { project_id });
    }
    const names = async (query: string) => (await reader.get<Agent[]>(`${path}?${query}`)).json.map(({ name }) => name);
    expect(await names('')).toEqual(['in two', 'in one', 'everywhere']);
    expect(await names(`project_id=${one}`)).toEqual(['in one', 'everywhere']);
    expect(await names('limit=1&offset=1')).toEqual(['in one']);
    const unknown = await reader.get<Failed>(`${path}?project_id=${UNKNOWN}`);
    expect({ status: unknown.status, fields: unknown.json.fields }).toEqual({ status: 404, fields: { project_id: ['There is no project with this id'] } });
  });

  it('answer 404 to unknown agents and projects', async () => {
    const { id } = await made(ada, 'Lonely');
    for (const { status, json } of [
      await ada.get(`${path}/${UNKNOWN}`),
      await ada.patch(`${path}/${UNKNOWN}`, { name: 'x' }),
      await ada.delete(`${path}/${UNKNOWN}`),
    ]) {
      expect({ status, error: json.error }).toEqual({ status: 404, error: 'There is no agent with this id.' });
    }
    expect((await ada.post(path, { name: 'x', ...model, project_id: UNKNOWN })).status).toBe(404);
    expect((await ada.patch(`${path}/${id}`, { name: 'changed', project_id: UNKNOWN })).status).toBe(404);
    expect((await ada.get<Agent>(`${path}/${id}`)).json.name).toBe('Lonely');
  });
});

describe('tags of agents (6.1)', () => {
  let rest: Client;
  beforeAll(async () => {
    rest = app.as(await app.keyOf('tags@example.com', ['agents:write']));
    await made(rest, 'b', { tags: ['rust', 'backend', 'Linux'] });
    await made(rest, 'a', { tags: ['backend', 'rust'] });
    await made(rest, 'c', { tags: ['rust'] });
    await made(rest, 'd', { tags: ['css'] });
    await made(rest, 'e');
  });

  it('GET /agents/tags lists all distinct tags, sorted, and is no agent’s id', async () => {
    expect((await rest.get(`${path}/tags`)).json).toEqual(['Linux', 'backend', 'css', 'rust']);
    expect((await rest.tool('agents_tags')).content[0]?.text).toBe('["Linux","backend","css","rust"]');
  });

  it('GET /match-agents?tags=rust,backend ranks by the number of matching tags, then by name, and says which matched', async () => {
    const ranked = (await rest.get<Agent[]>('/api/v1/match-agents?tags=rust,backend')).json;
    expect(ranked.map(({ name, matched_tags }) => [name, matched_tags])).toEqual([
      ['a', ['rust', 'backend']],
      ['b', ['rust', 'backend']],
      ['c', ['rust']],
    ]);
    expect(ranked[1]).toMatchObject({ ...model, tags: ['rust', 'backend', 'Linux'] });
    expect((await rest.get<Agent[]>('/api/v1/match-agents?tags=rust,backend,rust&limit=1&offset=2')).json.map(({ name }) => name)).toEqual(['c']);
    expect((await rest.get('/api/v1/match-agents?tags=cobol')).json).toEqual([]);
  });

  it('asking for no tags is 400', async () => {
    expect((await rest.get('/api/v1/match-agents')).status).toBe(400);
    expect((await rest.get('/api/v1/match-agents?tags=')).status).toBe(400);
  });

  it('are gone with their agents', async () => {
    const { id } = await made(rest, 'f', { tags: ['zig'] });
    expect((await rest.delete(`${path}/${id}`)).status).toBe(204);
    expect((await rest.get(`${path}/tags`)).text).not.toContain('zig');
  });
});

describe('deleting an agent', () => {
  it('answers 204, and then it is unknown', async () => {
    const { id } = await made(ada, 'Gone', { tags: ['x'] });
    expect((await ada.delete(`${path}/${id}`)).status).toBe(204);
    expect((await ada.get(`${path}/${id}`)).status).toBe(404);
  });

  it('that a pipeline step uses is 409, which names the step and its pipeline', async () => {
    const { id } = await made(ada, 'Busy');
    await drafted(ada, 'Ship it', { Build: { step_type: 'agent', agent_id: id } }, []);
    const { status, json } = await ada.delete<Failed>(`${path}/${id}`);
    expect({ status, error: json.error }).toEqual({ status: 409, error: 'The agent is used by the step "Build" of the pipeline "Ship it".' });
    expect(json.next).toContain('pipeline_steps_update');
    expect((await ada.get(`${path}/${id}`)).status).toBe(200);
  });

  it('that leads a council or sits in it is 409, which names the council', async () => {
    const busy = app.as(await app.keyOf('council@example.com'));
    const { agent, role, council } = await helpersOf(app, 'council@example.com');
    const other = await made(busy, 'Member');
    const assignment = await inserted(app, 'council@example.com', 'agent_role_assignments', { role_id: role, agent_id: other.id });
    await inserted(app, 'council@example.com', 'council_members', { council_id: council, role_assignment_id: assignment, priority: 1, config: {} });
    for (const id of [agent, other.id]) {
      const { status, json } = await busy.delete<Failed>(`${path}/${id}`);
      expect({ status, error: json.error }).toEqual({ status: 409, error: 'The agent is used by the council "elders".' });
    }
  });
});
