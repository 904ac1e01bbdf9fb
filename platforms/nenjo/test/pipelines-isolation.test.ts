import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Nenjo, openNenjo, withoutRequestId } from './support/app.js';
import type { Client } from './support/client.js';
import { activated, helpersOf } from './support/pipelines.js';

const UNKNOWN = '3f2b8c1e-0000-4000-8000-000000000000';

interface World {
  readonly pipeline: string;
  readonly from: string;
  readonly to: string;
  readonly edge: string;
  readonly run: string;
  readonly project: string;
  readonly ticket: string;
  readonly agent: string;
  readonly role: string;
  readonly lambda: string;
  readonly council: string;
}

type Attempt = readonly [operation: string, input: (theirs: World, own: World) => object];

/** Each operation with each id that it takes, one foreign at a time, beside what is the caller's own. */
const attempts: readonly Attempt[] = [
  ['pipelines_get', ({ pipeline: id }) => ({ id })],
  ['pipelines_update', ({ pipeline: id }) => ({ id, name: 'stolen', is_active: false, is_default: true })],
  ['pipelines_update', ({ pipeline: id }) => ({ id })],
  ['pipelines_delete', ({ pipeline: id }) => ({ id })],
  ['pipeline_steps_list', ({ pipeline }) => ({ pipeline_id: pipeline })],
  ['pipeline_steps_get', ({ from: id }) => ({ id })],
  ['pipeline_steps_create', ({ pipeline }) => ({ pipeline_id: pipeline, name: 'planted', step_type: 'terminal' })],
  ...(['agent', 'role', 'lambda', 'council'] as const).flatMap((what): readonly Attempt[] => [
    ['pipeline_steps_create', (theirs, { pipeline }) => ({ pipeline_id: pipeline, name: 'x', step_type: 'agent', [`${what}_id`]: theirs[what] })],
    ['pipeline_steps_update', (theirs, { from: id }) => ({ id, [`${what}_id`]: theirs[what] })],
  ]),
  ['pipeline_steps_create', ({ role }, { pipeline }) => ({ pipeline_id: pipeline, name: 'x', step_type: 'cron', config: { role_id: role } })],
  ['pipeline_steps_update', ({ from: id }) => ({ id, name: 'stolen' })],
  ['pipeline_steps_update', ({ from: id }) => ({ id })],
  ['pipeline_steps_delete', ({ to: id }) => ({ id })],
  ['pipeline_edges_list', ({ pipeline }) => ({ pipeline_id: pipeline })],
  ['pipeline_edges_get', ({ edge: id }) => ({ id })],
  ['pipeline_edges_create', ({ pipeline, from, to }) => ({ pipeline_id: pipeline, source_step_id: from, target_step_id: to, condition: 'on_fail' })],
  ['pipeline_edges_create', ({ to }, { pipeline, from }) => ({ pipeline_id: pipeline, source_step_id: from, target_step_id: to })],
  ['pipeline_edges_create', ({ from }, { pipeline, to }) => ({ pipeline_id: pipeline, source_step_id: from, target_step_id: to })],
  ['pipeline_edges_create', ({ pipeline }, { from, to }) => ({ pipeline_id: pipeline, source_step_id: from, target_step_id: to })],
  ['pipeline_edges_update', ({ edge: id }) => ({ id, condition: 'on_fail' })],
  ['pipeline_edges_update', ({ to }, { edge: id }) => ({ id, target_step_id: to })],
  ['pipeline_edges_delete', ({ edge: id }) => ({ id })],
  ['executions_list', ({ project, pipeline, ticket }) => ({ project_id: project, pipeline_id: pipeline, ticket_id: ticket })],
  ['executions_list', ({ ticket }) => ({ ticket_id: ticket })],
  ['executions_get', ({ run: id }) => ({ id })],
  ['executions_create', ({ pipeline }, { project }) => ({ pipeline_id: pipeline, project_id: project })],
  ['executions_create', ({ project }, { pipeline }) => ({ pipeline_id: pipeline, project_id: project })],
  ['executions_create', ({ ticket }, { pipeline }) => ({ pipeline_id: pipeline, ticket_id: ticket })],
  ['executions_create', ({ project }, { pipeline, ticket }) => ({ pipeline_id: pipeline, ticket_id: ticket, project_id: project })],
  ['executions_command', ({ run: id }) => ({ id, command: 'cancel' })],
  ['executions_command', ({ from }, { run: id }) => ({ id, command: 'complete', step_id: from })],
  ['graph_dependencies', ({ project }) => ({ project_id: project })],
  ['graph_execution_order', ({ project }) => ({ project_id: project })],
];

describe('pipelines, runs and graphs between tenants', () => {
  let app: Nenjo;
  let ada: Client;
  let eve: Client;
  let theirs: World;
  let own: World;

  const settle = async (email: string, mark: string): Promise<readonly [Client, World]> => {
    const client = app.as(await app.keyOf(email));
    const helpers = await helpersOf(app, email);
    const project = (await client.post('/api/v1/projects', { name: mark })).json.id;
    const ticket = (await client.post('/api/v1/tickets', { project_id: project, title: mark })).json.id;
    const steps = { [`${mark} a`]: { step_type: 'agent', agent_id: helpers.agent }, [`${mark} z`]: { step_type: 'terminal' } };
    const made = await activated(client, mark, steps, [[`${mark} a`, `${mark} z`]]);
    const [edge] = (await client.get<{ id: string }[]>(`/api/v1/pipeline-edges?pipeline_id=${made.id}`)).json;
    const run = (await client.post('/api/v1/executions', { pipeline_id: made.id, ticket_id: ticket, initial_input: mark })).json.id;
    await client.post(`/api/v1/executions/${run}/command`, { command: 'start' });
    const [from = '', to = ''] = Object.values(made.steps);
    return [client, { ...helpers, project, ticket, run, pipeline: made.id, from, to, edge: edge?.id ?? '' }];
  };

  beforeAll(async () => {
    app = await openNenjo();
    [ada, theirs] = await settle('ada@example.com', 'secret');
    [eve, own] = await settle('eve@example.com', 'mine');
  });
  afterAll(() => app?.close());

  const stateOf = async (client: Client, { pipeline, run, project }: World) => {
    const paths = [`pipelines/${pipeline}`, `executions/${run}`, `graph/dependencies?project_id=${project}`, 'pipelines', 'executions'];
    return Promise.all(paths.map(async (path) => (await client.get(`/api/v1/${path}`)).json));
  };
  const never = () => Object.fromEntries(Object.keys(theirs).map((name) => [name, UNKNOWN])) as unknown as World;

  it('every operation of theirs that takes an id is tried here', () => {
    const takesIds = app.gatehouse.platform.operations
      .map(({ op }) => op)
      .filter(({ name, input }) => /^(pipeline|executions|graph)/.test(name) && Object.keys(input.shape).some((field) => /(^|_)id$/.test(field)));
    expect(new Set(attempts.map(([operation]) => operation))).toEqual(
      new Set(takesIds.map(({ name }) => name).filter((name) => !name.startsWith('pipeline_assign'))),
    );
  });

  it.each(
    attempts.map(
      ([operation, input]) =>
        [
          operation,
          String(input)
            .replace(/^.*?=> /s, '')
            .replace(/\s+/g, ' '),
          input,
        ] as const,
    ),
  )('%s with %s is answered as for an id that never was, and changes nothing', async (operation, _shape, input) => {
    const before = [await stateOf(ada, theirs), await stateOf(eve, own)];
    const call = (ids: World) => eve.rpc('tools/call', { name: operation, arguments: input(ids, own) });
    const foreign = withoutRequestId(await call(theirs));
    expect(foreign).toEqual(withoutRequestId(await call(never())));
    expect(foreign.text).not.toContain('secret');
    expect(foreign.text).toMatch(/isError|\{"result":\[\]\}/);
    expect([await stateOf(ada, theirs), await stateOf(eve, own)]).toEqual(before);
  });
});
