import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Failed } from './support/client.js';
import { activated, drafted } from './support/pipelines.js';
import {
  type Edge,
  type Pipeline,
  type Step,
  ada,
  agentStep,
  app,
  draft,
  edgePath,
  end,
  have,
  openPipelines,
  path,
  shown,
  stepPath,
} from './support/pipeline-world.js';

beforeAll(openPipelines);
afterAll(() => app?.close());

describe('pipelines', () => {
  it('are created with 201 and every field, defaults included: triggered by tickets, 3 retries, a draft', async () => {
    const { status, json } = await ada.post(path, { name: ' Ship it ' });
    const owner = await app.gatehouse.users.findOrCreate('ada@example.com');
    expect(status).toBe(201);
    expect(json).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'Ship it',
      description: null,
      trigger: 'ticket.ready',
      is_active: false,
      is_default: false,
      max_retries: 3,
      metadata: {},
      created_by: 'id' in owner ? owner.id : '',
      created_at: '2026-01-31T09:30:00Z',
      updated_at: '2026-01-31T09:30:00Z',
    });
    expect(await shown(json.id)).toEqual({ ...json, steps: [], edges: [] });
  });

  it('keep what they were given, and change only in what a patch names', async () => {
    const given = { description: 'd', trigger: 'cron', max_retries: 0, metadata: { schedule: '0 9 * * *', entry_step_ids: ['a'] } };
    const made = await draft('Nightly', given);
    expect(await shown(made.id)).toMatchObject(given);
    app.now += 60_000;
    const { status, json } = await ada.patch(`${path}/${made.id}`, { name: 'Weekly', description: null, metadata: { schedule: 'x' } });
    expect(status).toBe(200);
    expect(json).toEqual({ ...made, name: 'Weekly', description: null, metadata: { schedule: 'x' }, updated_at: '2026-01-31T09:31:00Z' });
    expect((await ada.patch(`${path}/${made.id}`, {})).json).toEqual(json);
    app.now -= 60_000;
  });

  it.each([
    ['a blank name', { name: ' ' }, 'name'],
    ['an unknown trigger', { name: 'x', trigger: 'push' }, 'trigger'],
    ['retries below zero', { name: 'x', max_retries: -1 }, 'max_retries'],
    ['metadata that is no object', { name: 'x', metadata: 'x' }, 'metadata'],
    ['an unknown field', { name: 'x', colour: 'red' }, 'colour'],
  ])('answer 400 to %s', async (_what, body, field) => {
    const { status, json } = await ada.post<Failed>(path, body);
    expect({ status, fields: Object.keys(json.fields) }).toEqual({ status: 400, fields: [field] });
  });

  it('are listed newest first, and by trigger and activity', async () => {
    const reader = app.as(await app.keyOf('list@example.com'));
    for (const [name, trigger] of [
      ['a', 'cron'],
      ['b', 'ticket.ready'],
      ['c', 'cron'],
    ]) {
      app.now += 1;
      await reader.post(path, { name, trigger });
    }
    const names = async (query: string) => (await reader.get<Pipeline[]>(`${path}?${query}`)).json.map(({ name }) => name);
    expect(await names('')).toEqual(['c', 'b', 'a']);
    expect(await names('trigger=cron')).toEqual(['c', 'a']);
    expect(await names('is_active=true')).toEqual([]);
    expect(await names('is_active=false&limit=1&offset=1')).toEqual(['b']);
    expect((await reader.get(`${path}?trigger=push`)).status).toBe(400);
  });

  it('are deleted with 204, their steps and edges with them, and then are unknown', async () => {
    const { id, steps } = await drafted(ada, 'gone', { a: agentStep(), z: end }, [['a', 'z']]);
    const [edge] = (await shown(id)).edges;
    expect(await ada.delete(`${path}/${id}`)).toMatchObject({ status: 204, text: '' });
    for (const address of [`${path}/${id}`, `${stepPath}/${steps.a}`, `${edgePath}/${edge?.id}`, `${stepPath}?pipeline_id=${id}`]) {
      expect([address, (await ada.get(address)).status]).toEqual([address, 404]);
    }
    expect((await ada.delete(`${path}/${id}`)).json).toMatchObject({ code: 'not_found', error: 'There is no pipeline with this id.' });
  });

  it('one for each owner is the default: making another one so ends it', async () => {
    const first = await draft('first', { is_default: true });
    expect(first.is_default).toBe(true);
    const second = await draft('second', { is_default: true });
    const defaults = async () => (await ada.get<Pipeline[]>(`${path}?limit=100`)).json.filter(({ is_default }) => is_default).map(({ id }) => id);
    expect(await defaults()).toEqual([second.id]);
    expect((await ada.patch<Pipeline>(`${path}/${first.id}`, { is_default: true })).json.is_default).toBe(true);
    expect(await defaults()).toEqual([first.id]);
    await ada.patch(`${path}/${first.id}`, { is_default: false });
    expect(await defaults()).toEqual([]);
  });

  it.each([1, 2, 3])('one remains the default when several become it at once (%i)', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, (_, i) => draft(`rival ${i}`, { is_default: true })));
    const defaults = async () => (await ada.get<Pipeline[]>(`${path}?limit=100`)).json.filter(({ is_default }) => is_default);
    expect(await defaults()).toHaveLength(1);
    const changed = await Promise.all(made.map(({ id }) => ada.patch(`${path}/${id}`, { is_default: true })));
    expect(changed.map(({ status }) => status)).toEqual(made.map(() => 200));
    expect(await defaults()).toHaveLength(1);
    for (const { id } of made) await ada.delete(`${path}/${id}`);
  });
});

describe('a pipeline that is to be run', () => {
  const activation = async (id: string) => ada.patch<Failed>(`${path}/${id}`, { is_active: true });

  it('has exactly one entry and a terminal step: activating tells all that is wrong, and what to do', async () => {
    const { id } = await drafted(ada, 'loose', { a: agentStep(), b: agentStep() }, []);
    const { status, json } = await activation(id);
    expect(status).toBe(409);
    expect(json).toMatchObject({
      code: 'conflict',
      error: expect.stringContaining('cannot be activated'),
      fields: { edges: [expect.stringContaining('2 are: "a", "b"')], steps: [expect.stringContaining('terminal')] },
    });
    expect((await shown(id)).is_active).toBe(false);
  });

  it('is not active when it is made, for it has no steps yet', async () => {
    const { status, json } = await ada.post<Failed>(path, { name: 'eager', is_active: true });
    expect({ status, fields: json.fields }).toEqual({ status: 409, fields: { is_active: [expect.stringContaining('no steps')] } });
    expect((await activation((await draft('empty')).id)).json.fields).toEqual({ steps: [expect.stringContaining('no steps')] });
  });

  it('is activated once it is whole; a draft may be incomplete until then', async () => {
    const { id } = await drafted(ada, 'whole', { a: agentStep(), z: end }, [['a', 'z']]);
    expect(await activation(id)).toMatchObject({ status: 200, json: { is_active: true } });
    expect((await drafted(ada, 'fails only', { a: { step_type: 'terminal_fail' } }, [])).id).toMatch(/-/);
  });

  it('stays whole while it is active: 409 to what would break it, and nothing changes', async () => {
    const { id, steps } = await activated(ada, 'solid', { a: agentStep(), b: agentStep(), z: end }, [
      ['a', 'b'],
      ['b', 'z'],
    ]);
    const before = await shown(id);
    const first = before.edges.find(({ source_step_id }) => source_step_id === steps.a);
    const attempts = [
      await ada.post<Failed>(stepPath, { pipeline_id: id, name: 'c', ...end }),
      await ada.patch<Failed>(`${stepPath}/${steps.z}`, { step_type: 'agent', agent_id: have.agent }),
      await ada.delete<Failed>(`${stepPath}/${steps.z}`),
      await ada.delete<Failed>(`${stepPath}/${steps.b}`),
      await ada.delete<Failed>(`${edgePath}/${first?.id}`),
      await ada.patch<Failed>(`${edgePath}/${first?.id}`, { target_step_id: steps.z }),
    ];
    for (const { status, json } of attempts) {
      expect(status).toBe(409);
      expect(json.error).toContain('The pipeline is active, and this would break it.');
    }
    expect(await shown(id)).toEqual(before);
    const spare = await ada.post<Edge>(edgePath, { pipeline_id: id, source_step_id: steps.a, target_step_id: steps.z, condition: 'on_fail' });
    expect(spare.status).toBe(201);
    expect((await ada.patch(`${edgePath}/${spare.json.id}`, { order_index: -1 })).status).toBe(200);
    expect((await ada.delete(`${edgePath}/${spare.json.id}`)).status).toBe(204);
    expect((await ada.patch(`${stepPath}/${steps.a}`, { name: 'A' })).status).toBe(200);
    expect((await ada.patch(`${path}/${id}`, { is_active: false })).status).toBe(200);
    expect((await ada.delete(`${stepPath}/${steps.b}`)).status).toBe(204);
  });

  it('is whole even when it is activated and taken apart at once', async () => {
    for (let round = 0; round < 6; round += 1) {
      const { id, steps } = await drafted(ada, `race ${round}`, { a: agentStep(), z: end }, [['a', 'z']]);
      await Promise.all([activation(id), ada.delete(`${stepPath}/${steps.z}`)]);
      const { is_active, steps: left } = await shown(id);
      expect(is_active).toBe(left.length === 2);
    }
  });
});

describe('pipelines over MCP', () => {
  it('are built, activated and read by tools, whose answers are those of REST', async () => {
    const call = async (name: string, input: object) => JSON.parse((await ada.tool(name, input)).content[0]?.text ?? '') as Pipeline & Step & Edge & Failed;
    const { id } = await call('pipelines_create', { name: 'By an agent' });
    const a = await call('pipeline_steps_create', { pipeline_id: id, name: 'a', ...agentStep() });
    const z = await call('pipeline_steps_create', { pipeline_id: id, name: 'z', ...end });
    const edge = await call('pipeline_edges_create', { pipeline_id: id, source_step_id: a.id, target_step_id: z.id });
    expect(await call('pipelines_update', { id, is_active: true })).toMatchObject({ is_active: true });
    expect(await call('pipelines_get', { id })).toEqual(await shown(id));
    expect(await call('pipeline_steps_get', { id: a.id })).toEqual((await ada.get(`${stepPath}/${a.id}`)).json);
    const refused = await ada.tool('pipeline_edges_delete', { id: edge.id });
    expect(refused.isError).toBe(true);
    expect(JSON.parse(refused.content[0]?.text ?? '')).toMatchObject({ code: 'conflict', next: expect.stringContaining('is_active false') });
    expect(await call('pipelines_delete', { id })).toEqual({ id, deleted: true });
  });
});
