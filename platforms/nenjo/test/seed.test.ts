import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ended, type Running, gatehouse, serve, temporaryFolder } from '../../../test/support/command-line.js';
import { databaseKind } from '../../../test/support/app-database.js';
import { type TestDatabase, newDatabase } from '../../../test/support/postgres.js';
import { advanced } from '../src/executions/advance.js';
import type { ExecutionStatus } from '../src/executions/values.js';
import type { Outgoing } from '../src/pipelines/graph.js';
import type { StepType } from '../src/pipelines/values.js';
import { type Client, clientOf } from './support/client.js';

interface Ticket {
  readonly id: string;
  readonly project_id: string;
  readonly slug: string;
  readonly title: string;
  readonly description: string;
  readonly status: string;
  readonly priority: string;
  readonly type: string;
  readonly tags: readonly string[];
  readonly depends_on: readonly string[];
  readonly source: string;
  readonly created_at: string;
  readonly updated_at: string;
}

interface Run {
  readonly id: string;
  readonly pipeline_id: string;
  readonly ticket_id: string | null;
  readonly status: ExecutionStatus;
  readonly current_step_id: string | null;
  readonly step_results: readonly { readonly step_id: string; readonly passed: boolean; readonly finished_at: string }[];
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
}

interface Pipeline {
  readonly id: string;
  readonly trigger: string;
  readonly steps: readonly { readonly id: string; readonly name: string; readonly step_type: StepType }[];
  readonly edges: readonly (Outgoing & { readonly source_step_id: string })[];
}

const DAY_MS = 86_400_000;

const folder = temporaryFolder();
let database: TestDatabase | undefined;
let environment: Record<string, string> = {};
let server: Running | undefined;
let ann: Client;
let bob: Client;
let filled: Ended;
let tookMs: number;

const command = (...args: string[]) =>
  gatehouse([...args, '--json', ...(database === undefined ? ['--data', folder.path] : [])], { environment, cwd: folder.path });

async function keyOf(email: string): Promise<string> {
  const { stdout } = await command('key', 'create', '--user', email, '--name', 'test');
  return (JSON.parse(stdout) as { readonly raw_key: string }).raw_key;
}

beforeAll(async () => {
  if (databaseKind() === 'postgres') {
    database = await newDatabase();
    environment = { GATEHOUSE_DATABASE_ADMIN: database.adminUrl };
    const { stdout } = await command('migrate');
    const { database_url } = JSON.parse(stdout) as { readonly database_url: string };
    environment = { GATEHOUSE_DATABASE: database_url, GATEHOUSE_SECRET: 'a root secret for tests, long enough' };
  }
  const keys = [await keyOf('ann@example.com'), await keyOf('bob@example.com')] as const;
  const began = performance.now();
  filled = await command('seed', '--user', 'ann@example.com');
  tookMs = performance.now() - began;
  server = await serve(database === undefined ? ['--data', folder.path] : [], { environment, cwd: folder.path });
  [ann, bob] = [clientOf(server.url, keys[0]), clientOf(server.url, keys[1])];
}, 60_000);

afterAll(async () => {
  await server?.stop();
  await database?.drop();
  folder.remove();
});

async function read<T>(client: Client, path: string): Promise<T> {
  const { status, text, json } = await client.get<T>(`/api/v1${path}`);
  expect([status, text]).toEqual([200, expect.any(String)]);
  return json;
}

const tickets = (client = ann) => read<readonly Ticket[]>(client, '/tickets?limit=100');
const pipelines = async () => Promise.all((await read<readonly Pipeline[]>(ann, '/pipelines')).map(({ id }) => read<Pipeline>(ann, `/pipelines/${id}`)));
const runs = async () => Promise.all((await read<readonly Run[]>(ann, '/executions?limit=100')).map(({ id }) => read<Run>(ann, `/executions/${id}`)));
const ofEach = <T>(items: readonly T[], what: (item: T) => string) => [...new Set(items.map(what))].sort();

describe('gatehouse seed', () => {
  it('fills a space within five seconds, and says with how much', () => {
    expect({ code: filled.code, stderr: filled.stderr }).toEqual({ code: 0, stderr: '' });
    const { tenant_id: _, ...made } = JSON.parse(filled.stdout) as Record<string, unknown>;
    expect(made).toEqual({ projects: 3, tickets: 40, agents: 6, pipelines: 2, executions: 19, documents: 3 });
    expect(tookMs).toBeLessThan(5000);
  });

  it('refuses a space that has projects already, in one sentence, and leaves it as it is', async () => {
    const before = (await tickets()).length;
    const again = await command('seed', '--user', 'ann@example.com');
    expect(again).toEqual({ code: 1, stdout: '', stderr: expect.any(String) });
    expect(JSON.parse(again.stderr)).toEqual({
      code: 'conflict',
      error: 'The space has projects already, such as "Booking pages": only one without any is filled. Give another --user.',
    });
    expect((await tickets()).length).toBe(before);
  });

  it('fills nothing but that space', async () => {
    expect(await read(bob, '/projects')).toEqual([]);
    expect(await tickets(bob)).toEqual([]);
  });

  it('refuses a tenant without a person, whose roles could be nobody’s', async () => {
    const { stdout } = await command('tenant', 'create', '--name', 'Acme');
    const { id } = JSON.parse(stdout) as { readonly id: string };
    const { code, stderr } = await command('seed', '--tenant', id);
    expect([code, JSON.parse(stderr)]).toEqual([1, { code: 'invalid_input', error: expect.stringContaining('--user') }]);
  });
});

describe('the tickets of a filled space', () => {
  it('have every status, priority and type, words, tags and slugs of their own', async () => {
    const all = await tickets();
    expect(all).toHaveLength(40);
    expect(ofEach(all, ({ status }) => status)).toEqual(['done', 'in_progress', 'open', 'ready']);
    expect(ofEach(all, ({ priority }) => priority)).toEqual(['critical', 'high', 'low', 'medium']);
    expect(ofEach(all, ({ type }) => type)).toEqual(['bug', 'feature', 'task']);
    expect(new Set(all.map(({ project_id, slug }) => `${project_id}/${slug}`)).size).toBe(40);
    expect(new Set(all.map(({ title }) => title)).size).toBe(40);
    expect(all.filter(({ tags, description }) => tags.length === 0 || description.length < 60)).toEqual([]);
  });

  it('are begun only when what they wait for is done', async () => {
    const all = await tickets();
    const statusOf = new Map(all.map(({ id, status }) => [id, status]));
    const begun = all.filter(({ status }) => status !== 'open');
    expect(begun.flatMap(({ depends_on }) => depends_on.map((id) => statusOf.get(id))).filter((status) => status !== 'done')).toEqual([]);
    expect(all.filter(({ depends_on }) => depends_on.length > 0).length).toBeGreaterThan(20);
  });

  it('can be brought into an order in each project', async () => {
    for (const { id } of await read<readonly { readonly id: string }[]>(ann, '/projects')) {
      const { total } = await read<{ readonly total: number }>(ann, `/graph/execution-order?project_id=${id}`);
      expect(total).toBeGreaterThan(7);
    }
  });
});

describe('the pipelines and runs of a filled space', () => {
  it('are one for tickets and one for a schedule, both fit to be activated', async () => {
    const both = await pipelines();
    expect(ofEach(both, ({ trigger }) => trigger)).toEqual(['cron', 'ticket.ready']);
    for (const { id } of both) {
      expect((await ann.patch(`/api/v1/pipelines/${id}`, { is_active: false })).status).toBe(200);
      expect((await ann.patch(`/api/v1/pipelines/${id}`, { is_active: true })).status).toBe(200);
    }
  });

  it('are of a week, in every state, with the newest of today and nothing after now', async () => {
    const all = await runs();
    expect(ofEach(all, ({ status }) => status)).toEqual(['cancelled', 'completed', 'failed', 'paused', 'pending', 'running']);
    const ages = all.map(({ created_at }) => (Date.now() - Date.parse(created_at)) / DAY_MS);
    expect([Math.min(...ages) > 0, Math.min(...ages) < 0.1, Math.max(...ages) > 6, Math.max(...ages) < 7]).toEqual([true, true, true, true]);
  });

  it('stand where the edges lead from the results of their steps', async () => {
    const drawn = new Map((await pipelines()).map((pipeline) => [pipeline.id, pipeline]));
    for (const run of await runs()) {
      const { steps, edges } = drawn.get(run.pipeline_id) ?? { steps: [], edges: [] };
      let at = run.status === 'pending' ? null : (steps[0]?.id ?? null);
      let ended: string | null = null;
      for (const { step_id, passed } of run.step_results) {
        expect(step_id).toBe(at);
        const from = steps.find(({ id }) => id === step_id);
        if (from === undefined) throw new Error(`No step ${step_id}`);
        const leaving = edges.filter(({ source_step_id }) => source_step_id === step_id);
        ({ current_step_id: at, ended } = advanced(from, passed, leaving, steps));
      }
      expect([run.current_step_id, ended]).toEqual([at, run.status === 'completed' || run.status === 'failed' ? run.status : null]);
    }
  });

  it('have brought their tickets as far as they are, at the time at which they did, and those whose gate has failed back from its role', async () => {
    const ticketOf = new Map((await tickets()).map((ticket) => [ticket.id, ticket]));
    const gates = new Set((await pipelines()).flatMap(({ steps }) => steps.flatMap(({ id, step_type }) => (step_type === 'gate' ? [id] : []))));
    const expected = { completed: 'done', running: 'in_progress', paused: 'in_progress', failed: 'open', cancelled: 'open', pending: 'ready' };
    for (const { ticket_id, status, step_results, started_at, finished_at } of await runs()) {
      const ticket = ticketOf.get(ticket_id ?? '');
      if (ticket === undefined) continue;
      expect([ticket.slug, ticket.status]).toEqual([ticket.slug, expected[status]]);
      if (started_at === null) continue;
      const failed = step_results.findLast(({ step_id, passed }) => gates.has(step_id) && !passed);
      expect([ticket.slug, ticket.updated_at]).toEqual([ticket.slug, finished_at ?? failed?.finished_at ?? started_at]);
      if (failed !== undefined) expect([ticket.slug, ticket.source]).toEqual([ticket.slug, 'reviewer']);
    }
  });

  it('of the schedule were at its hour, each night', async () => {
    const nights = (await runs()).filter(({ ticket_id }) => ticket_id === null).map(({ created_at }) => Date.parse(created_at));
    expect(nights.map((at) => (at % DAY_MS) / 3_600_000)).toEqual(Array.from({ length: 7 }, () => 3));
    expect(nights.slice(1).map((at, i) => (nights[i] ?? 0) - at)).toEqual(Array.from({ length: 6 }, () => DAY_MS));
  });

  it('can be carried on by a worker', async () => {
    const run = (await runs()).find(({ status, step_results }) => status === 'running' && step_results.length === 0);
    const { status, json } = await ann.post(`/api/v1/executions/${run?.id}/command`, { command: 'complete', step_id: run?.current_step_id, output: 'A plan.' });
    expect([status, json.status]).toEqual([200, 'running']);
    expect(json.current_step_id).not.toBe(run?.current_step_id);
  });
});

describe('the rest of a filled space', () => {
  it('has agents that are found by their tags', async () => {
    const found = await read<readonly { readonly name: string }[]>(ann, '/match-agents?tags=backend,money');
    expect(found[0]?.name).toBe('Birch');
  });

  it('has the copies of the templates, a role of its own, and agents for both', async () => {
    const roles = await read<readonly { readonly name: string; readonly is_system: boolean; readonly assigned_agent_id: string | null }[]>(ann, '/agent-roles');
    const own = roles.filter(({ is_system }) => !is_system);
    expect(own.map(({ name }) => name)).toEqual(expect.arrayContaining(['manager', 'architect', 'dev', 'devops', 'reviewer']));
    expect(own.filter(({ assigned_agent_id }) => assigned_agent_id !== null).length).toBe(5);
  });

  it('has documents whose words can be read', async () => {
    const documents = await read<readonly { readonly id: string; readonly filename: string; readonly size_bytes: number }[]>(ann, '/documents');
    expect(documents).toHaveLength(3);
    const { structuredContent } = await ann.tool('documents_read', { id: documents[0]?.id });
    expect(structuredContent).toMatchObject({ content: expect.stringContaining('Erinnerungen auf Deutsch') });
  });

  it('has conversations', async () => {
    const sessions = await read<readonly { readonly id: string }[]>(ann, '/chat-sessions');
    const messages = await Promise.all(sessions.map(({ id }) => read<readonly object[]>(ann, `/chat-messages?session_id=${id}`)));
    expect(messages.map(({ length }) => length)).toEqual([3, 4]);
  });
});
