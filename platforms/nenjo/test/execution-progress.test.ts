import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activated } from './support/pipelines.js';
import type { Failed } from './support/client.js';
import { type Run, ada, app, command, create, end, flow, newTicket, openRuns, project, runNow, ticketNow, worker } from './support/runs.js';

const UNKNOWN = '3f2b8c1e-0000-4000-8000-000000000000';

beforeAll(openRuns);
afterAll(() => app?.close());

describe('a run', () => {
  const begun = async (ticket?: string) => {
    const { id } = await create(ticket === undefined ? {} : { ticket_id: ticket });
    await command(id, 'start');
    return id;
  };
  const report = (id: string, name: 'complete' | 'fail', step: string, output?: string) =>
    command(id, name, { step_id: flow.steps[step], ...(output === undefined ? {} : { output }) });

  it('follows the edges as steps are reported, keeps their results in order, and completes at a terminal step', async () => {
    const id = await begun();
    expect((await report(id, 'complete', 'Build', 'built')).json).toMatchObject({ status: 'running', current_step_id: flow.steps.Review });
    app.now += 1000;
    const done = await report(id, 'complete', 'Review');
    expect(done.json).toMatchObject({
      status: 'completed',
      current_step_id: flow.steps.Done,
      error: null,
      finished_at: '2026-01-31T09:30:01Z',
      step_results: [
        { step_id: flow.steps.Build, step_name: 'Build', passed: true, output: 'built', finished_at: '2026-01-31T09:30:00Z' },
        { step_id: flow.steps.Review, step_name: 'Review', passed: true, output: null, finished_at: '2026-01-31T09:30:01Z' },
      ],
    });
    expect(await runNow(id)).toEqual(done.json);
    app.now -= 1000;
  });

  it('whose gate fails keeps what it said, routes the ticket back to the gate’s role, and follows on_fail', async () => {
    const ticket = await newTicket();
    const id = await begun(ticket.id);
    await report(id, 'complete', 'Build');
    expect((await report(id, 'fail', 'Review', 'no tests')).json).toMatchObject({
      ...{ status: 'running', current_step_id: flow.steps.Repair, gate_feedback: 'no tests' },
      step_results: [{ passed: true }, { passed: false, output: 'no tests' }],
    });
    expect((await ticketNow(ticket.id)).source).toBe('reviewer');
  });

  it('fails at a terminal_fail step, and says where', async () => {
    const id = await begun();
    await report(id, 'complete', 'Build');
    await report(id, 'fail', 'Review');
    expect((await report(id, 'complete', 'Repair')).json).toMatchObject({
      status: 'failed',
      current_step_id: flow.steps.Dropped,
      error: 'The run ended at "Dropped".',
    });
  });

  it('ends where no edge is satisfied: completed after a pass, failed after a failure', async () => {
    const half = await activated(ada, 'half', { a: worker(), b: worker(), z: end }, [
      ['a', 'b', 'on_fail'],
      ['b', 'z', 'on_pass'],
    ]);
    const run = async () => {
      const { id } = await create({ pipeline_id: half.id });
      await command(id, 'start');
      return id;
    };
    const passed = await run();
    expect((await command(passed, 'complete', { step_id: half.steps.a })).json).toMatchObject({
      status: 'completed',
      current_step_id: half.steps.a,
      error: null,
    });
    const failed = await run();
    await command(failed, 'fail', { step_id: half.steps.a });
    expect((await command(failed, 'fail', { step_id: half.steps.b, output: 'broken' })).json).toMatchObject({
      ...{ status: 'failed', error: 'The step "b" failed, and no edge leads on from it.', step_results: [{}, { output: 'broken' }] },
    });
  });

  it('follows the first satisfied edge by order_index', async () => {
    const fork = await activated(ada, 'fork', { a: worker(), late: end, early: { step_type: 'terminal_fail' } }, [
      ['a', 'late', 'always', 5],
      ['a', 'early', 'on_pass', -5],
    ]);
    for (const [name, status] of [
      ['complete', 'failed'],
      ['fail', 'completed'],
    ] as const) {
      const { id } = await create({ pipeline_id: fork.id });
      await command(id, 'start');
      expect((await command(id, name, { step_id: fork.steps.a })).json.status).toBe(status);
    }
  });

  it('is reported of at the step that it is at: 409 for any other, and for one that was reported already', async () => {
    const id = await begun();
    for (const step_id of [flow.steps.Review, UNKNOWN]) {
      const { status, json } = await command(id, 'complete', { step_id });
      expect({ status, code: json.code, error: json.error }).toEqual({ status: 409, code: 'conflict', error: `The run is at the step ${flow.steps.Build}.` });
      expect(json.next).toContain('executions_get');
    }
    await report(id, 'complete', 'Build');
    expect((await report(id, 'complete', 'Build')).status).toBe(409);
    expect((await runNow(id)).step_results).toHaveLength(1);
  });

  it('that is paused takes the report of the step at work, and stays paused', async () => {
    const id = await begun();
    await command(id, 'pause');
    expect((await report(id, 'complete', 'Build')).json).toMatchObject({ status: 'paused', current_step_id: flow.steps.Review });
    expect((await command(id, 'resume')).json).toMatchObject({ status: 'running', current_step_id: flow.steps.Review });
  });

  it('that fails as a whole says why', async () => {
    expect((await command(await begun(), 'fail', { output: 'the worker is out of disk' })).json).toMatchObject({
      status: 'failed',
      error: 'the worker is out of disk',
    });
  });

  it('takes its ticket along: in progress at the start, done when it completes', async () => {
    const ticket = await newTicket();
    const id = await begun(ticket.id);
    expect((await ticketNow(ticket.id)).status).toBe('in_progress');
    await command(id, 'complete');
    expect((await ticketNow(ticket.id)).status).toBe('done');
  });

  it.each(['fail', 'cancel'] as const)('opens its ticket again after %s', async (name) => {
    const ticket = await newTicket();
    await command(await begun(ticket.id), name);
    expect((await ticketNow(ticket.id)).status).toBe('open');
  });

  it.each([
    ['fail', 'complete', 'done'],
    ['cancel', 'fail', 'open'],
    ['complete', 'fail', 'done'],
  ] as const)('of two at one ticket: after %s of one and %s of the other it is %s, and in progress until one completes or both have ended', async (...told) => {
    const [first, then, at_last] = told;
    const ticket = await newTicket();
    const runs = [await begun(ticket.id), await begun(ticket.id)] as const;
    await command(runs[0], first);
    expect((await ticketNow(ticket.id)).status).toBe(first === 'complete' ? 'done' : 'in_progress');
    await command(runs[1], then);
    expect((await ticketNow(ticket.id)).status).toBe(at_last);
  });

  it('leaves its ticket where somebody has put it meanwhile, or where it never started', async () => {
    const ticket = await newTicket();
    const id = await begun(ticket.id);
    await ada.patch(`/api/v1/tickets/${ticket.id}`, { status: 'ready' });
    await command(id, 'complete');
    expect((await ticketNow(ticket.id)).status).toBe('ready');
    const { id: pending } = await create({ ticket_id: ticket.id });
    await command(pending, 'cancel');
    expect((await ticketNow(ticket.id)).status).toBe('ready');
  });

  it('keeps its pipeline and its step from being deleted until it has ended, and outlives them', async () => {
    const short = await activated(ada, 'short', { a: worker(), z: end }, [['a', 'z']]);
    const { id } = await create({ pipeline_id: short.id });
    await command(id, 'start');
    for (const address of [`/api/v1/pipelines/${short.id}`, `/api/v1/pipeline-steps/${short.steps.a}`]) {
      expect(await ada.delete(address)).toMatchObject({ status: 409, json: { code: 'conflict', error: expect.stringContaining(id) } });
    }
    await command(id, 'complete', { step_id: short.steps.a });
    expect((await ada.delete(`/api/v1/pipelines/${short.id}`)).status).toBe(204);
    expect(await runNow(id)).toMatchObject({ status: 'completed', pipeline_id: null, current_step_id: null, step_results: [{ step_name: 'a' }] });
  });

  it('goes on when its ticket is deleted', async () => {
    const ticket = await newTicket();
    const id = await begun(ticket.id);
    expect((await ada.delete(`/api/v1/tickets/${ticket.id}`)).status).toBe(204);
    expect((await command(id, 'complete')).json).toMatchObject({ status: 'completed', ticket_id: null });
  });
});

describe('runs over MCP', () => {
  it('are created, driven and read by tools, whose answers are those of REST', async () => {
    const call = async (name: string, input: object) => JSON.parse((await ada.tool(name, input)).content[0]?.text ?? '') as Run & Failed;
    const { id } = await call('executions_create', { pipeline_id: flow.id, project_id: project });
    const { current_step_id } = await call('executions_command', { id, command: 'start' });
    await call('executions_command', { id, command: 'complete', step_id: current_step_id, output: 'built' });
    expect(await call('executions_get', { id })).toEqual(await runNow(id));
    const refused = await ada.tool('executions_command', { id, command: 'start' });
    expect(refused.isError).toBe(true);
    expect(JSON.parse(refused.content[0]?.text ?? '')).toMatchObject({ code: 'conflict', next: 'Possible now: pause, cancel, complete, fail.' });
  });
});
