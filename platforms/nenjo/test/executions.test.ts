import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { possibleFrom, transitions } from '../src/executions/transitions.js';
import { type Command, commands, statuses } from '../src/executions/values.js';
import { activated, drafted } from './support/pipelines.js';
import type { Failed } from './support/client.js';
import { type Run, ada, app, command, create, end, flow, newTicket, openRuns, path, project, runNow, ticketNow, worker } from './support/runs.js';

const UNKNOWN = '3f2b8c1e-0000-4000-8000-000000000000';

beforeAll(openRuns);
afterAll(() => app?.close());

describe('runs', () => {
  it('are created pending, with 201 and every field; the branch is named for the run and the ticket', async () => {
    const ticket = await newTicket('Größe prüfen');
    const { status, json } = await ada.post(path, { pipeline_id: flow.id, ticket_id: ticket.id, initial_input: 'carefully', metadata: { by: 'test' } });
    const owner = await app.gatehouse.users.findOrCreate('ada@example.com');
    expect(status).toBe(201);
    expect(json).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      project_id: project,
      pipeline_id: flow.id,
      ticket_id: ticket.id,
      status: 'pending',
      initial_input: 'carefully',
      is_cron_trigger: false,
      current_step_id: null,
      step_results: [],
      gate_feedback: null,
      git_branch: `agent/${json.id}/grosse-prufen`,
      error: null,
      metadata: { by: 'test' },
      created_by: 'id' in owner ? owner.id : '',
      created_at: '2026-01-31T09:30:00Z',
      started_at: null,
      finished_at: null,
      updated_at: '2026-01-31T09:30:00Z',
    });
    expect((await ada.get(`${path}/${json.id}`)).json).toEqual(json);
    expect((await ticketNow(ticket.id)).status).toBe('open');
  });

  it('without a ticket are of a project alone, and have no branch', async () => {
    expect(await create()).toMatchObject({ project_id: project, ticket_id: null, git_branch: null });
    const neither = await ada.post<Failed>(path, { pipeline_id: flow.id });
    expect({ status: neither.status, fields: Object.keys(neither.json.fields) }).toEqual({ status: 400, fields: ['project_id'] });
  });

  it('of a pipeline that a schedule triggers are marked so', async () => {
    const nightly = await activated(ada, 'nightly', { z: end }, []);
    await ada.patch(`/api/v1/pipelines/${nightly.id}`, { trigger: 'cron' });
    expect(await create({ pipeline_id: nightly.id })).toMatchObject({ is_cron_trigger: true });
  });

  it('are of an active pipeline: 409 otherwise', async () => {
    const idle = await drafted(ada, 'idle', { z: end }, []);
    const { status, json } = await ada.post<Failed>(path, { pipeline_id: idle.id, project_id: project });
    expect({ status, code: json.code, error: json.error }).toEqual({ status: 409, code: 'conflict', error: 'The pipeline "idle" is not active.' });
    expect(json.next).toContain('pipelines_update');
  });

  it('are of the caller’s default pipeline where none is given', async () => {
    expect((await ada.post<Failed>(path, { project_id: project })).json.fields).toEqual({ pipeline_id: [expect.stringContaining('no default pipeline')] });
    await ada.patch(`/api/v1/pipelines/${flow.id}`, { is_default: true });
    expect(await create({ pipeline_id: undefined })).toMatchObject({ pipeline_id: flow.id });
  });

  it('refer to what is there: 404 for what is unknown, and for a ticket of another project', async () => {
    const elsewhere = (await ada.post('/api/v1/projects', { name: 'elsewhere' })).json.id;
    const ticket = await newTicket();
    for (const [body, field] of [
      [{ pipeline_id: UNKNOWN, project_id: project }, 'pipeline_id'],
      [{ pipeline_id: flow.id, project_id: UNKNOWN }, 'project_id'],
      [{ pipeline_id: flow.id, ticket_id: UNKNOWN }, 'ticket_id'],
      [{ pipeline_id: flow.id, ticket_id: ticket.id, project_id: elsewhere }, 'ticket_id'],
    ] as const) {
      const { status, json } = await ada.post<Failed>(path, body);
      expect({ status, code: json.code, fields: Object.keys(json.fields) }).toEqual({ status: 404, code: 'not_found', fields: [field] });
    }
    expect((await ada.get(`${path}/${UNKNOWN}`)).json).toMatchObject({ code: 'not_found', error: 'There is no run with this id.' });
    expect((await command(UNKNOWN, 'start')).json).toMatchObject({ code: 'not_found', error: 'There is no run with this id.' });
  });

  it('are listed newest first, by project, pipeline, ticket and status, without inputs and results', async () => {
    const home = (await ada.post('/api/v1/projects', { name: 'listed' })).json.id;
    const ticket = (await ada.post('/api/v1/tickets', { project_id: home, title: 't' })).json;
    app.now += 1;
    const first = await create({ project_id: home });
    app.now += 1;
    const second = await create({ ticket_id: ticket.id, project_id: home });
    await command(first.id, 'start');
    const ids = async (query: string) => (await ada.get<Run[]>(`${path}?${query}`)).json.map(({ id }) => id);
    expect(await ids(`project_id=${home}`)).toEqual([second.id, first.id]);
    expect(await ids(`project_id=${home}&status=running`)).toEqual([first.id]);
    expect(await ids(`ticket_id=${ticket.id}`)).toEqual([second.id]);
    expect(await ids(`project_id=${home}&pipeline_id=${UNKNOWN}`)).toEqual([]);
    expect(await ids(`project_id=${home}&limit=1&offset=1`)).toEqual([first.id]);
    const [newest] = (await ada.get<Run[]>(`${path}?project_id=${home}`)).json;
    const { initial_input: _input, step_results: _results, gate_feedback: _feedback, ...rest } = (await ada.get(`${path}/${second.id}`)).json;
    expect(newest).toEqual(rest);
    expect((await ada.get(`${path}?status=lost`)).status).toBe(400);
  });
});

describe('commands', () => {
  /** A run with each status. */
  const inStatus: Readonly<Record<string, readonly Command[]>> = {
    pending: [],
    running: ['start'],
    paused: ['start', 'pause'],
    completed: ['start', 'complete'],
    failed: ['start', 'fail'],
    cancelled: ['cancel'],
  };
  const every = statuses.flatMap((status) => commands.map((name) => [status, name] as const));

  it.each(every)('a run that is %s is told to %s: done where it is possible, else 409 with what is', async (status, name) => {
    const { id } = await create();
    for (const earlier of inStatus[status] ?? []) expect((await command(id, earlier)).status).toBe(200);
    const before = await runNow(id);
    expect(before.status).toBe(status);
    const answer = await command(id, name);
    if (transitions[name].from.includes(status)) {
      expect(answer).toMatchObject({ status: 200, json: { status: transitions[name].to } });
      expect(await runNow(id)).toEqual(answer.json);
      return;
    }
    expect(answer).toMatchObject({ status: 409, json: { code: 'conflict', error: `The run is ${status}, and ${name} is not possible then.` } });
    const possible = possibleFrom(status);
    expect(answer.json.next).toBe(possible.length === 0 ? 'It has ended: create another run with executions_create.' : `Possible now: ${possible.join(', ')}.`);
    expect(await runNow(id)).toEqual(before);
  });

  it('start at the entry step, and note when', async () => {
    const { id } = await create();
    app.now += 60_000;
    const started = (await command(id, 'start')).json;
    expect(started).toMatchObject({ status: 'running', current_step_id: flow.steps.Build, started_at: '2026-01-31T09:31:00Z', finished_at: null });
    app.now += 60_000;
    expect((await command(id, 'cancel')).json).toMatchObject({ status: 'cancelled', finished_at: '2026-01-31T09:32:00Z' });
    app.now -= 120_000;
  });

  it('start runs of pipelines that are still active only', async () => {
    const brief = await activated(ada, 'brief', { a: worker(), z: end }, [['a', 'z']]);
    const { id } = await create({ pipeline_id: brief.id });
    await ada.patch(`/api/v1/pipelines/${brief.id}`, { is_active: false });
    expect(await command(id, 'start')).toMatchObject({ status: 409, json: { error: 'The pipeline "brief" is not active.' } });
    expect((await runNow(id)).status).toBe('pending');
  });

  it.each([
    ['step_id with pause', 'pause', { step_id: UNKNOWN }, 'step_id'],
    ['output with start', 'start', { output: 'x' }, 'output'],
    ['output with complete of a whole run', 'complete', { output: 'x' }, 'output'],
    ['a step_id that is no UUID', 'complete', { step_id: 'first' }, 'step_id'],
    ['an unknown command', 'stop' as Command, {}, 'command'],
  ] as const)('answer 400 to %s', async (_what, name, more, field) => {
    const { id } = await create();
    const { status, json } = await command(id, name, more);
    expect({ status, fields: Object.keys(json.fields) }).toEqual({ status: 400, fields: [field] });
  });

  it('of which 64 come at once, exactly one wins', async () => {
    const { id } = await create();
    const oneOf64 = [200, ...Array.from({ length: 63 }, () => 409)];
    for (const names of [['start'], ['cancel', 'complete', 'fail']] as const) {
      const answers = await Promise.all(Array.from(oneOf64, (_, i) => command(id, names[i % names.length] ?? 'start')));
      expect(answers.map(({ status }) => status).sort()).toEqual(oneOf64);
      expect(await runNow(id)).toEqual(answers.find(({ status }) => status === 200)?.json);
    }
  });

  it('reporting one step at once from two workers, one is taken', async () => {
    for (let round = 0; round < 4; round += 1) {
      const { id } = await create();
      await command(id, 'start');
      const step_id = flow.steps.Build;
      const both = await Promise.all([command(id, 'complete', { step_id, output: 'A' }), command(id, 'complete', { step_id, output: 'B' })]);
      expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
      expect((await runNow(id)).step_results).toHaveLength(1);
    }
  });
});
