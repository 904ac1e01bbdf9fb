import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { durationMs } from '../src/pipelines/duration.js';
import { cycleThrough, isSatisfied, selectEdge } from '../src/pipelines/graph.js';
import type { conditions } from '../src/pipelines/values.js';
import { type Nenjo, openNenjo } from './support/app.js';
import type { Client } from './support/client.js';
import { type Helpers, activated, drafted, helpersOf } from './support/pipelines.js';

const UNKNOWN = '3f2b8c1e-0000-4000-8000-000000000000';
const path = '/api/v1/pipelines';
const stepPath = '/api/v1/pipeline-steps';
const edgePath = '/api/v1/pipeline-edges';

interface Pipeline {
  readonly id: string;
  readonly name: string;
  readonly is_active: boolean;
  readonly is_default: boolean;
  readonly steps: readonly Step[];
  readonly edges: readonly Edge[];
}
interface Step {
  readonly id: string;
  readonly name: string;
  readonly config: object;
}
interface Edge {
  readonly id: string;
  readonly source_step_id: string;
  readonly target_step_id: string;
}
interface Failed {
  readonly error: string;
  readonly code: string;
  readonly next?: string;
  readonly fields: Readonly<Record<string, readonly string[]>>;
}

let app: Nenjo;
let ada: Client;
let eve: Client;
let have: Helpers;

const draft = async (name: string, more: object = {}) => (await ada.post<Pipeline>(path, { name, ...more })).json;
const shown = async (id: string) => (await ada.get<Pipeline>(`${path}/${id}`)).json;
const agentStep = () => ({ step_type: 'agent', agent_id: have.agent });
const end = { step_type: 'terminal' };

beforeAll(async () => {
  app = await openNenjo();
  ada = app.as(await app.keyOf('ada@example.com'));
  eve = app.as(await app.keyOf('eve@example.com'));
  have = await helpersOf(app, 'ada@example.com');
});
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
    expect(await ada.post(path, { name: 'eager', is_active: true })).toMatchObject({ status: 409, json: { code: 'conflict' } });
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

describe('steps', () => {
  let home: string;
  const add = (body: object) => ada.post<Step & Failed>(stepPath, { pipeline_id: home, name: 's', ...body });
  const ids = () => ({ agent_id: have.agent, council_id: have.council, role_id: have.role, lambda_id: have.lambda });

  beforeAll(async () => {
    home = (await draft('home')).id;
  });

  it('are created with 201 and every field, defaults included', async () => {
    const { status, json } = await add({ name: 'Build', step_type: 'agent', agent_id: have.agent });
    expect(status).toBe(201);
    expect(json).toEqual({
      ...{ id: expect.stringMatching(/^[0-9a-f-]{36}$/), pipeline_id: home, name: 'Build', step_type: 'agent' },
      ...{ agent_id: have.agent, council_id: null, role_id: null, lambda_id: null, config: {}, position_x: 0, position_y: 0, order_index: 0 },
      ...{ created_at: expect.any(String), updated_at: expect.any(String) },
    });
    expect((await ada.get(`${stepPath}/${json.id}`)).json).toEqual(json);
  });

  it.each([
    ['agent', ['agent_id', 'role_id']],
    ['gate', ['agent_id', 'role_id']],
    ['council', ['council_id']],
    ['lambda', ['lambda_id']],
    ['cron', ['role_id', 'lambda_id']],
  ] as const)('of the type %s need one of %j, and take no other id', async (step_type, taken) => {
    const without = await add({ step_type });
    expect({ status: without.status, fields: without.json.fields }).toEqual({
      status: 400,
      fields: { [taken[0]]: [expect.stringContaining(taken.join(' or '))] },
    });
    for (const [field, id] of Object.entries(ids())) {
      const fits = taken.some((one) => one === field);
      const { status, json } = await add({ step_type, [field]: id });
      expect([field, status]).toEqual([field, fits ? 201 : 400]);
      if (!fits) expect(Object.keys(json.fields)).toContain(field);
    }
  });

  it.each(['terminal', 'terminal_fail'])('of the type %s take no id at all', async (step_type) => {
    expect((await add({ step_type })).status).toBe(201);
    const { status, json } = await add({ step_type, ...ids() });
    expect({ status, fields: Object.keys(json.fields) }).toEqual({ status: 400, fields: Object.keys(ids()) });
  });

  it('of the type council have no agent: agent_id must be null', async () => {
    const { status, json } = await add({ step_type: 'council', council_id: have.council, agent_id: have.agent });
    expect({ status, fields: Object.keys(json.fields) }).toEqual({ status: 400, fields: ['agent_id'] });
  });

  it('of the type cron poll every 60s for 24h unless told otherwise', async () => {
    expect((await add({ step_type: 'cron', role_id: have.role })).json.config).toEqual({ interval: '60s', timeout: '24h' });
    const given = { interval: '30s', timeout: '2h', note: 'kept' };
    expect((await add({ step_type: 'cron', role_id: have.role, config: given })).json.config).toEqual(given);
    for (const config of [{ interval: '30' }, { interval: 30 }, { timeout: 'soon' }, { interval: '0s' }, { timeout: '-2h' }]) {
      const { status, json } = await add({ step_type: 'cron', role_id: have.role, config });
      expect({ status, fields: Object.keys(json.fields) }).toEqual({ status: 400, fields: [`config.${Object.keys(config)[0]}`] });
    }
  });

  it('of the type cron may have a role and a lambda, of which the lambda wins: both are kept', async () => {
    expect((await add({ step_type: 'cron', role_id: have.role, lambda_id: have.lambda })).json).toMatchObject({ role_id: have.role, lambda_id: have.lambda });
  });

  it('take ids in config as well as beside it, and show them in one place', async () => {
    expect((await add({ step_type: 'cron', config: { lambda_id: have.lambda.toUpperCase(), interval: '5m' } })).json).toMatchObject({
      lambda_id: have.lambda,
      config: { interval: '5m', timeout: '24h' },
    });
    expect((await add({ step_type: 'agent', config: { role_id: have.role, metadata: { a: 1 } } })).json).toMatchObject({
      role_id: have.role,
      config: { metadata: { a: 1 } },
    });
    const both = await add({ step_type: 'agent', role_id: have.role, config: { role_id: UNKNOWN } });
    expect({ status: both.status, fields: Object.keys(both.json.fields) }).toEqual({ status: 400, fields: ['config.role_id'] });
    expect((await add({ step_type: 'agent', config: { role_id: 'reviewer' } })).json.fields).toEqual({ 'config.role_id': ['Must be a UUID'] });
  });

  it.each(['agent_id', 'council_id', 'role_id', 'lambda_id'])('refer to what is there: 404 for an unknown %s and for a foreign one alike', async (field) => {
    const theirs = (await eve.post<Pipeline>(path, { name: 'eve’s' })).json.id;
    for (const [client, pipeline_id, id] of [
      [ada, home, UNKNOWN],
      [eve, theirs, ids()[field as keyof Helpers & keyof ReturnType<typeof ids>]],
    ] as const) {
      const { status, json } = await client.post<Failed>(stepPath, { pipeline_id, name: 's', step_type: 'agent', [field]: id });
      expect({ status, code: json.code, fields: Object.keys(json.fields) }).toEqual({ status: 404, code: 'not_found', fields: [field] });
    }
    expect((await add({ pipeline_id: UNKNOWN, ...end })).json).toMatchObject({ code: 'not_found', error: 'There is no pipeline with this id.' });
  });

  it('change only in what a patch names; another type wants the ids of the old one gone', async () => {
    const { json: made } = await add({ name: 'Review', step_type: 'gate', agent_id: have.agent, config: { criteria: 'tests pass' }, position_x: 1.5 });
    const address = `${stepPath}/${made.id}`;
    expect((await ada.patch(address, {})).json).toEqual(made);
    expect((await ada.patch(address, { position_y: -2.25, order_index: 7 })).json).toEqual({
      ...made,
      position_y: -2.25,
      order_index: 7,
      updated_at: expect.any(String),
    });
    const refused = await ada.patch<Failed>(address, { step_type: 'cron', role_id: have.role });
    expect({ status: refused.status, fields: Object.keys(refused.json.fields) }).toEqual({ status: 400, fields: ['agent_id'] });
    const changed = await ada.patch(address, { step_type: 'cron', role_id: have.role, agent_id: null });
    expect(changed.json).toMatchObject({ step_type: 'cron', role_id: have.role, agent_id: null, config: { criteria: 'tests pass', interval: '60s' } });
    expect((await ada.get(address)).json).toEqual(changed.json);
    expect((await ada.patch(address, { role_id: null })).status).toBe(400);
    expect((await ada.patch<Failed>(address, { pipeline_id: UNKNOWN })).json.fields).toEqual({ pipeline_id: ['Unknown field'] });
  });

  it('become no terminal ones while edges leave them', async () => {
    const { steps } = await drafted(ada, 'on', { a: agentStep(), z: end }, [['a', 'z']]);
    expect(await ada.patch(`${stepPath}/${steps.a}`, { step_type: 'terminal', agent_id: null })).toMatchObject({ status: 409, json: { code: 'conflict' } });
  });

  it('are listed in their order, page by page, and deleted with their edges', async () => {
    const { id, steps } = await drafted(
      ada,
      'long',
      { c: { ...agentStep(), order_index: 3 }, a: { ...agentStep(), order_index: 1 }, z: { ...end, order_index: 2 } },
      [
        ['a', 'c'],
        ['c', 'z'],
      ],
    );
    const names = async (query = '') => (await ada.get<Step[]>(`${stepPath}?pipeline_id=${id}${query}`)).json.map(({ name }) => name);
    expect(await names()).toEqual(['a', 'z', 'c']);
    expect(await names('&limit=1&offset=1')).toEqual(['z']);
    expect((await shown(id)).steps).toEqual((await ada.get(`${stepPath}?pipeline_id=${id}`)).json);
    expect((await ada.delete(`${stepPath}/${steps.c}`)).status).toBe(204);
    expect(await names()).toEqual(['a', 'z']);
    expect((await shown(id)).edges).toEqual([]);
    expect((await ada.delete(`${stepPath}/${steps.c}`)).json).toMatchObject({ code: 'not_found', error: 'There is no step with this id.' });
  });
});

describe('edges', () => {
  it('are created with 201 and every field; the condition is always unless given', async () => {
    const { id, steps } = await drafted(ada, 'one edge', { a: agentStep(), z: end }, []);
    const { status, json } = await ada.post(edgePath, { pipeline_id: id, source_step_id: steps.a, target_step_id: steps.z });
    expect(status).toBe(201);
    expect(json).toEqual({
      ...{ id: expect.stringMatching(/^[0-9a-f-]{36}$/), pipeline_id: id, source_step_id: steps.a, target_step_id: steps.z, condition: 'always' },
      ...{ metadata: {}, order_index: 0, created_at: expect.any(String), updated_at: expect.any(String) },
    });
    expect((await ada.get(`${edgePath}/${json.id}`)).json).toEqual(json);
    expect((await ada.get(`${edgePath}?pipeline_id=${id}`)).json).toEqual([json]);
    expect((await ada.patch(`${edgePath}/${json.id}`, { condition: 'on_review_pass', metadata: { label: 'ok' } })).json).toMatchObject({
      ...{ condition: 'on_review_pass', metadata: { label: 'ok' }, source_step_id: steps.a },
    });
    expect((await ada.post<Failed>(edgePath, { pipeline_id: id, source_step_id: steps.a, target_step_id: steps.z, condition: 'sometimes' })).status).toBe(400);
    expect((await ada.delete(`${edgePath}/${json.id}`)).status).toBe(204);
    expect((await ada.get(`${edgePath}/${json.id}`)).json).toMatchObject({ code: 'not_found', error: 'There is no edge with this id.' });
  });

  it('may not close a cycle, however long: 409 names it, and nothing changes', async () => {
    const { id, steps } = await drafted(ada, 'round', { Plan: agentStep(), Build: agentStep(), Review: agentStep(), Other: agentStep() }, [
      ['Plan', 'Build'],
      ['Build', 'Review'],
    ]);
    const { status, json } = await ada.post<Failed>(edgePath, {
      pipeline_id: id,
      source_step_id: steps.Review,
      target_step_id: steps.Plan,
      condition: 'on_fail',
    });
    expect({ status, code: json.code, error: json.error }).toEqual({
      status: 409,
      code: 'conflict',
      error: 'This would close a cycle: "Review" → "Plan" → "Build" → "Review".',
    });
    const { id: harmless } = (await ada.post(edgePath, { pipeline_id: id, source_step_id: steps.Review, target_step_id: steps.Other })).json;
    expect((await ada.patch(`${edgePath}/${harmless}`, { target_step_id: steps.Build })).status).toBe(409);
    expect((await shown(id)).edges).toHaveLength(3);
  });

  it('never form a cycle, even when its halves are asked for at once', async () => {
    for (let round = 0; round < 6; round += 1) {
      const { id, steps } = await drafted(ada, `halves ${round}`, { l: agentStep(), r: agentStep() }, []);
      const half = (from: string, to: string) => ada.post(edgePath, { pipeline_id: id, source_step_id: steps[from], target_step_id: steps[to] });
      const both = await Promise.all([half('l', 'r'), half('r', 'l')]);
      expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    }
  });

  it('do not lead from a step to itself, nor on from a terminal step', async () => {
    const { id, steps } = await drafted(ada, 'self', { a: agentStep(), z: end, f: { step_type: 'terminal_fail' } }, []);
    const self = await ada.post<Failed>(edgePath, { pipeline_id: id, source_step_id: steps.a, target_step_id: steps.a });
    expect({ status: self.status, fields: Object.keys(self.json.fields) }).toEqual({ status: 400, fields: ['target_step_id'] });
    for (const source_step_id of [steps.z, steps.f]) {
      const { status, json } = await ada.post<Failed>(edgePath, { pipeline_id: id, source_step_id, target_step_id: steps.a });
      expect({ status, fields: Object.keys(json.fields) }).toEqual({ status: 400, fields: ['source_step_id'] });
    }
  });

  it('join steps of one pipeline: 404 for a step of another one and for none at all', async () => {
    const here = await drafted(ada, 'here', { a: agentStep(), z: end }, []);
    const there = await drafted(ada, 'there', { a: agentStep(), z: end }, []);
    for (const stranger of [there.steps.z, UNKNOWN]) {
      const { status, json } = await ada.post<Failed>(edgePath, { pipeline_id: here.id, source_step_id: here.steps.a, target_step_id: stranger });
      expect({ status, code: json.code, fields: Object.keys(json.fields) }).toEqual({ status: 404, code: 'not_found', fields: ['target_step_id'] });
    }
    expect((await ada.post(edgePath, { pipeline_id: UNKNOWN, source_step_id: here.steps.a, target_step_id: here.steps.z })).status).toBe(404);
  });

  it('between two steps have different conditions: 409 names the one that is there', async () => {
    const { id, steps } = await drafted(ada, 'twice', { a: agentStep(), z: end }, [['a', 'z', 'on_pass']]);
    const again = (condition: string) => ada.post<Failed & Edge>(edgePath, { pipeline_id: id, source_step_id: steps.a, target_step_id: steps.z, condition });
    const [there] = (await shown(id)).edges;
    expect(await again('on_pass')).toMatchObject({ status: 409, json: { error: expect.stringContaining(String(there?.id)) } });
    expect((await again('on_fail')).status).toBe(201);
  });
});

describe('edge selection', () => {
  const edge = (target_step_id: string, condition: (typeof conditions)[number]) => ({ target_step_id, condition });

  it.each([
    ['always', true, true],
    ['on_pass', true, false],
    ['on_review_pass', true, false],
    ['on_fail', false, true],
    ['on_review_fail', false, true],
  ] as const)('%s is satisfied after a pass: %s, after a failure: %s', (condition, afterPass, afterFailure) => {
    expect([isSatisfied(condition, true), isSatisfied(condition, false)]).toEqual([afterPass, afterFailure]);
  });

  it('follows the first edge, in order, that is satisfied', () => {
    const edges = [edge('a', 'on_fail'), edge('b', 'on_pass'), edge('c', 'always')];
    expect([selectEdge(edges, true)?.target_step_id, selectEdge(edges, false)?.target_step_id]).toEqual(['b', 'a']);
    expect(selectEdge([edge('c', 'always'), ...edges], false)?.target_step_id).toBe('c');
  });

  it('follows none where none is satisfied', () => {
    expect(selectEdge([edge('a', 'on_fail'), edge('b', 'on_review_fail')], true)).toBeUndefined();
    expect(selectEdge([], false)).toBeUndefined();
  });
});

describe('cycles', () => {
  it('are found through any way, and told from a shared step', () => {
    const arrow = (source_step_id: string, target_step_id: string) => ({ source_step_id, target_step_id });
    const diamond = [arrow('a', 'b'), arrow('a', 'c'), arrow('b', 'd'), arrow('c', 'd')];
    expect(cycleThrough(diamond, 'a', 'd')).toBeUndefined();
    expect(cycleThrough(diamond, 'd', 'a')).toEqual(['d', 'a', 'b', 'd']);
    expect(cycleThrough(diamond, 'c', 'b')).toBeUndefined();
  });
});

describe('durations', () => {
  it.each([
    ['60s', 60_000],
    ['24h', 86_400_000],
    ['1h30m', 5_400_000],
    ['250ms', 250],
    ['7d', 604_800_000],
    ['0s', undefined],
    ['5', undefined],
    ['5 m', undefined],
    ['', undefined],
    ['1y', undefined],
    ['99999999999999999999d', undefined],
  ])('%s is %s ms', (text, ms) => {
    expect(durationMs(text)).toBe(ms);
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
