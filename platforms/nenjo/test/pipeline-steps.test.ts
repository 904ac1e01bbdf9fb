import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { durationMs } from '../src/pipelines/duration.js';
import type { Client, Failed } from './support/client.js';
import { type Helpers, drafted, inserted } from './support/pipelines.js';
import { type Pipeline, type Step, ada, agentStep, app, draft, end, have, openPipelines, path, shown, stepPath } from './support/pipeline-world.js';

const UNKNOWN = '3f2b8c1e-0000-4000-8000-000000000000';

let eve: Client;

beforeAll(async () => {
  await openPipelines();
  eve = app.as(await app.keyOf('eve@example.com'));
});
afterAll(() => app?.close());

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
    const message = 'There is no pipeline with this id';
    expect((await add({ pipeline_id: UNKNOWN, ...end })).json).toMatchObject({ code: 'not_found', error: `${message}.`, fields: { pipeline_id: [message] } });
    expect((await add({ pipeline_id: undefined, ...end })).json).toMatchObject({ code: 'invalid_input', fields: { pipeline_id: ['Required, a UUID'] } });
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

  it('keep the numbers that they are given, as far as whole numbers are exact', async () => {
    const given = { order_index: Number.MAX_SAFE_INTEGER, position_x: -1e300, position_y: 0.1 };
    const { json } = await add({ ...end, ...given });
    expect((await ada.get(`${stepPath}/${json.id}`)).json).toMatchObject(given);
    for (const order_index of [2 ** 53, 1.5, '1']) expect((await add({ ...end, order_index })).status).toBe(400);
  });

  it('are at most 200 in a pipeline: 409 to one more', async () => {
    const { id } = await draft('full');
    const row = { pipeline_id: id, name: 's', step_type: 'terminal', config: {}, position_x: 0, position_y: 0, order_index: 0 };
    for (let made = 0; made < 200; made += 1) await inserted(app, 'ada@example.com', 'pipeline_steps', row);
    expect(await add({ pipeline_id: id, ...end })).toMatchObject({ status: 409, json: { code: 'conflict', error: 'A pipeline has at most 200 steps.' } });
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
