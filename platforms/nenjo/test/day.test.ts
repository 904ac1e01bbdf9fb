import { nenjo as platform } from '@gatehouse/nenjo';
import { Client, ProtocolError, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Nenjo, openNenjo } from './support/app.js';

type Value = { readonly [field: string]: unknown } & { readonly id: string };
/** Calls an operation; throws a `Refused` where it is refused. */
type Call = <T = Value>(operation: string, input?: Readonly<Record<string, unknown>>) => Promise<T>;

class Refused extends Error {
  readonly code: unknown;
  constructor(code: unknown, text: string) {
    super(text);
    this.code = code;
  }
}

const START = Date.parse('2026-02-02T08:00:00Z');
const MINUTE = 60_000;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

let app: Nenjo;
beforeAll(async () => {
  app = await openNenjo();
});
afterAll(() => app.close());

async function overMcp(key: string): Promise<{ readonly call: Call; close(): Promise<void> }> {
  const client = new Client({ name: 'a-day', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', app.url), { requestInit: { headers: { authorization: `Bearer ${key}` } } }));
  // Outputs are checked against the schemas that the client has listed.
  await client.listTools();
  const call = async (name: string, input: Readonly<Record<string, unknown>> = {}) => {
    const answer = await client.callTool({ name, arguments: { ...input } }).catch((error: unknown) => {
      if (error instanceof ProtocolError) throw new Refused((error.data as { readonly code?: unknown } | undefined)?.code, error.message);
      throw error;
    });
    const [first] = answer.content;
    if (first?.type !== 'text') throw new Error(`${name} answered no text`);
    const value: unknown = JSON.parse(first.text);
    if (answer.isError === true) throw new Refused((value as { readonly code?: unknown }).code, first.text);
    return value;
  };
  return { call: call as Call, close: () => client.close() };
}

function overRest(key: string): Call {
  const client = app.as(key);
  const call = async (operation: string, input: Readonly<Record<string, unknown>> = {}) => {
    const rest = platform.operations.find(({ op }) => op.name === operation)?.op.rest;
    if (rest === undefined || rest === null) throw new Error(`${operation} has no route`);
    const left: Record<string, unknown> = { ...input };
    const path = `/api/v1${rest.path}`.replace(/:(\w+)/g, (_, field: string) => {
      const value = left[field];
      delete left[field];
      return String(value);
    });
    const query = new URLSearchParams(Object.entries(left).map(([name, value]): [string, string] => [name, String(value)]));
    const answer =
      rest.method === 'GET'
        ? await client.get(`${path}?${query}`)
        : rest.method === 'DELETE'
          ? await client.delete(path)
          : await (rest.method === 'POST' ? client.post(path, left) : client.patch(path, left));
    if (answer.status >= 300) throw new Refused(answer.json.code, answer.text);
    return answer.status === 204 ? { id: input.id, deleted: true } : answer.json;
  };
  return call as Call;
}

/** From a project that nobody has heard of to a ticket that is shipped. Answers all that was said to it on the way. */
async function day(speak: Call): Promise<readonly unknown[]> {
  const heard: unknown[] = [];
  app.now = START;
  const call: Call = async <T>(operation: string, input?: Readonly<Record<string, unknown>>) => {
    app.now += MINUTE;
    const answer = await speak<T>(operation, input);
    heard.push([operation, answer]);
    return answer;
  };
  const refused = async (operation: string, input: Readonly<Record<string, unknown>>) => {
    const failure = await call(operation, input).catch((error: unknown) => error);
    if (!(failure instanceof Refused)) throw new Error(`${operation} was to be refused`);
    heard.push([operation, 'refused', failure.code]);
    return failure.code;
  };

  const project = await call('projects_create', { name: 'Larkfield', repo_url: 'https://git.example.com/larkfield/booking.git', settings: { team: 4 } });
  await call('projects_update', { id: project.id, description: 'Where patients book' });
  const file = (title: string, more: object = {}) => call('tickets_create', { project_id: project.id, title, ...more });
  const model = await file('Store opening hours', { priority: 'high', type: 'feature', tags: ['backend', 'calendar'] });
  const slots = await file('Serve free slots', { depends_on: [model.id], tags: ['backend'], complexity: 3 });
  const page = await file('Show free slots', { depends_on: [slots.id], acceptance_criteria: 'In the zone of the practice' });
  const twin = await file('Show free slots');
  await call('tickets_update', { id: model.id, status: 'ready', order_index: 1 });
  await call('tickets_delete', { id: twin.id });
  expect(await refused('tickets_update', { id: model.id, depends_on: [page.id] })).toBe('conflict');

  const builder = await call('agents_create', { name: 'Birch', model_provider: 'anthropic', model_name: 'claude-sonnet-4-5', tags: ['backend', 'calendar'] });
  const critic = await call('agents_create', { name: 'Ember', model_provider: 'openai', model_name: 'gpt-5.1', temperature: 0, tags: ['review'] });
  expect((await call<readonly Value[]>('agents_match', { tags: ['review', 'calendar'] })).length).toBe(2);

  const pipeline = await call('pipelines_create', { name: 'Build, review, ship', max_retries: 2, metadata: { colour: 'blue' } });
  expect(await refused('pipelines_update', { id: pipeline.id, is_active: true })).toBe('conflict');
  const step = (name: string, order_index: number, more: object) => call('pipeline_steps_create', { pipeline_id: pipeline.id, name, order_index, ...more });
  const build = await step('Build', 1, { step_type: 'agent', agent_id: builder.id });
  const review = await step('Review', 2, { step_type: 'gate', agent_id: critic.id, config: { criteria: 'Has tests' } });
  const mend = await step('Mend', 3, { step_type: 'agent', agent_id: builder.id });
  const again = await step('Review again', 4, { step_type: 'gate', agent_id: critic.id });
  const shipped = await step('Shipped', 5, { step_type: 'terminal' });
  const dropped = await step('Dropped', 6, { step_type: 'terminal_fail' });
  const edge = (from: Value, to: Value, condition: string) =>
    call('pipeline_edges_create', { pipeline_id: pipeline.id, source_step_id: from.id, target_step_id: to.id, condition });
  await edge(build, review, 'always');
  await edge(review, shipped, 'on_pass');
  await edge(review, mend, 'on_fail');
  await edge(mend, again, 'always');
  await edge(again, shipped, 'on_review_pass');
  await edge(again, dropped, 'on_review_fail');
  expect(await refused('pipeline_edges_create', { pipeline_id: pipeline.id, source_step_id: mend.id, target_step_id: build.id })).toBe('conflict');
  await call('pipelines_update', { id: pipeline.id, is_active: true, is_default: true });

  const run = await call('executions_create', { ticket_id: model.id, initial_input: 'Weekly rules first' });
  const report = (name: string, at: Value, output: string) => call('executions_command', { id: run.id, command: name, step_id: at.id, output });
  await call('executions_command', { id: run.id, command: 'start' });
  expect((await call('tickets_get', { id: model.id })).status).toBe('in_progress');
  await report('complete', build, 'Rules and exceptions, 14 tests');
  await report('fail', review, 'Nothing tests the day on which clocks change');
  await call('executions_command', { id: run.id, command: 'pause' });
  await call('executions_command', { id: run.id, command: 'resume' });
  await report('complete', mend, 'Two more tests');
  expect((await report('complete', again, 'Good')).status).toBe('completed');
  expect(await refused('executions_command', { id: run.id, command: 'pause' })).toBe('conflict');
  expect((await call('executions_get', { id: run.id })).current_step_id).toBe(shipped.id);
  expect((await call('tickets_get', { id: model.id })).status).toBe('done');

  const graph = await call('graph_dependencies', { project_id: project.id });
  expect(graph).toMatchObject({
    total: 3,
    edges: [
      { ticket_id: slots.id, depends_on_id: model.id },
      { ticket_id: page.id, depends_on_id: slots.id },
    ],
  });
  const order = await call<{ readonly tickets: readonly Value[] }>('graph_execution_order', { project_id: project.id });
  expect(order.tickets.map(({ id, wave }) => [id, wave])).toEqual([
    [slots.id, 1],
    [page.id, 2],
  ]);
  for (const list of [
    'projects_list',
    'tickets_list',
    'agents_list',
    'pipelines_list',
    'executions_list',
    'documents_list',
    'councils_list',
    'chat_sessions_list',
  ]) {
    await call(list);
  }
  await call('pipelines_get', { id: pipeline.id });
  // The copies of the templates are made at one moment, in no order.
  const roles = await speak<readonly object[]>('agent_roles_list');
  heard.push(roles.map((role) => JSON.stringify(role)).sort((a, b) => (blank(a) < blank(b) ? -1 : 1)));
  return heard;
}

/** Everything that the user's tenant holds: each table's rows in an order that no id decides, and each id by the place where it first comes. */
async function worldOf(email: string): Promise<{ readonly rows: number; readonly text: string }> {
  const user = await app.gatehouse.users.findOrCreate(email);
  if (!('homeTenant' in user)) throw user;
  const db = app.gatehouse.store.db(user.homeTenant);
  const tables = await Promise.all(
    platform.tables.map(async ({ name }) => {
      const rows = await db
        .selectFrom(name as never)
        .selectAll()
        .execute();
      return [name, rows as unknown as readonly { readonly id: string }[]] as const;
    }),
  );
  // What a row says without ids stands for its id where others refer to it.
  const saying = new Map(tables.flatMap(([name, rows]) => rows.map((row) => [row.id, `${name} ${blank(JSON.stringify(row))}`] as const)));
  const spoken = (text: string) => text.replace(UUID, (id) => saying.get(id) ?? '');
  const lines = tables.flatMap(([name, rows]) => [name, ...rows.map((row) => JSON.stringify(row)).sort((a, b) => (spoken(a) < spoken(b) ? -1 : 1))]);
  return { rows: lines.length - tables.length, text: named(lines.join('\n')) };
}

const blank = (text: string) => text.replace(UUID, '');

function named(text: string): string {
  const names = new Map<string, string>();
  return text.replace(UUID, (id) => {
    const name = names.get(id) ?? `#${names.size + 1}`;
    names.set(id, name);
    return name;
  });
}

describe('a day of an agent', () => {
  it('over MCP alone, by the official client, and over REST alone leaves two tenants whose worlds are equal row for row', async () => {
    const mcp = await overMcp(await app.keyOf('mcp@example.com'));
    const told = await day(mcp.call);
    await mcp.close();
    const read = await day(overRest(await app.keyOf('rest@example.com')));

    const [one, other] = [await worldOf('mcp@example.com'), await worldOf('rest@example.com')];
    expect(one.rows).toBeGreaterThan(30);
    expect(one.text).toContain('Nothing tests the day on which clocks change');
    expect(one.text.split('\n')).toEqual(other.text.split('\n'));
    expect(named(JSON.stringify(told)).split('["')).toEqual(named(JSON.stringify(read)).split('["'));
  });
});
