// Fills Nenjo: a tenant with very many tickets and a thousand of everything that a worker is handed, and many small tenants beside it.
import { randomUUID } from 'node:crypto';

const DAY = 86_400_000;
const START = Date.parse('2026-01-01T00:00:00Z');
/** Rows in one statement: SQLite binds at most 32,766 values. */
const BATCH = 1000;

async function insert(store, tenant, table, rows) {
  for (let at = 0; at < rows.length; at += BATCH) {
    await store.tx(tenant, ({ db }) =>
      db
        .insertInto(table)
        .values(rows.slice(at, at + BATCH))
        .execute(),
    );
  }
}

const many = (count, make) => Array.from({ length: count }, (_, i) => make(i));
const stamped = (i) => ({ created_at: START + i * 1000, updated_at: START + i * 1000 });

function project(user, i) {
  return {
    ...{ id: randomUUID(), name: `Project ${i}`, description: null, settings: {}, repo_url: null, git_config: {}, working_dir: null },
    ...{ created_by: user, ...stamped(i) },
  };
}

/** The oldest have what is rare: where there is no index for it, everything newer is looked at first. */
function ticket(user, project_id, i, rare) {
  return {
    ...{ id: randomUUID(), project_id, slug: `ticket-${i}`, title: `Ticket number ${i}`, description: 'What is to be done, in some words. '.repeat(8) },
    ...{ acceptance_criteria: null, complexity: (i % 5) + 1, source: 'user', order_index: i % 7, created_by: user },
    status: i < rare ? 'in_progress' : ['open', 'ready', 'done', 'done'][i % 4],
    priority: i < rare ? 'critical' : ['low', 'medium', 'high'][i % 3],
    type: i < rare ? 'bug' : ['feature', 'task'][i % 2],
    created_at: START + i * 1000,
    updated_at: START + DAY + i * 1000,
  };
}

/** Every ticket has a common tag, and the oldest have a rare one. */
const tagsOf = ({ id, created_at }, i, rare) => [
  { id: randomUUID(), ticket_id: id, tag: ['backend', 'frontend'][i % 2], position: 0, created_at },
  ...(i < rare ? [{ id: randomUUID(), ticket_id: id, tag: 'rare', position: 1, created_at }] : []),
];

export async function fillTickets({ store }, { tenant, user }, { tickets, rare }) {
  const projects = many(20, (i) => project(user, i));
  await insert(store, tenant, 'projects', projects);
  const rows = many(tickets, (i) => ticket(user, projects[i < rare ? 0 : 1 + (i % 19)].id, i, rare));
  await insert(store, tenant, 'tickets', rows);
  await insert(
    store,
    tenant,
    'ticket_tags',
    rows.flatMap((row, i) => tagsOf(row, i, rare)),
  );
  return { common: projects[1].id, small: projects[0].id };
}

/** Each waits for up to three of those before it. */
export async function fillChain({ store }, { tenant, user }, count) {
  const own = project(user, 1000);
  await insert(store, tenant, 'projects', [own]);
  const rows = many(count, (i) => ({ ...ticket(user, own.id, i, 0), status: 'ready' }));
  await insert(store, tenant, 'tickets', rows);
  const before = (i) => [...new Set([i - 1, i - 2, Math.floor(i / 2)])].filter((other) => other >= 0 && other < i);
  const dependencies = rows.flatMap((row, i) =>
    before(i).map((other, position) => ({ id: randomUUID(), ticket_id: row.id, depends_on_id: rows[other].id, position })),
  );
  await insert(store, tenant, 'ticket_dependencies', dependencies);
  return own.id;
}

const prompts = {
  system_prompt: 'You build what a ticket asks for, and nothing else. '.repeat(8),
  developer_prompt: null,
  templates: { ticket_task: 'Work on {{ ticket.title }}.', chat_task: null, gate_eval: null, cron_task: null },
  output_templates: { agent_done: null, gate_pass: null, gate_fail: null },
  memory_profile: { core_focus: ['tests'], project_focus: [], priority_categories: [] },
};

/** What agents/bootstrap hands out: `count` of each kind, pipelines with three steps and two edges. */
export async function fillWorkshop({ store }, { tenant, user }, count) {
  const put = async (table, make) => {
    const rows = many(count, (i) => ({ id: randomUUID(), ...make(i), ...stamped(i) }));
    await insert(store, tenant, table, rows);
    return rows;
  };
  const without = async (table, rows) => insert(store, tenant, table, rows);
  const created = { created_by: user };
  const named = (i) => ({ name: `Number ${i}`, description: null, ...created });
  const projects = many(count, (i) => project(user, 2000 + i));
  await without('projects', projects);
  const agents = await put('agents', (i) => ({ ...named(i), model_provider: 'p', model_name: 'm', temperature: null, project_id: null, metadata: {} }));
  await without(
    'agent_tags',
    agents.flatMap(({ id }) => ['backend', 'review'].map((tag, position) => ({ id: randomUUID(), agent_id: id, tag, position }))),
  );
  const roles = await put('agent_roles', (i) => ({
    ...{ ...named(i), prompt_config: prompts, color: '#3B82F6', platform_scopes: ['tickets:read'], mcp_server_ids: [] },
    ...{ source_role_id: null, assigned_agent_id: agents[i].id },
  }));
  const assignments = roles.map(({ id }, i) => ({ id: randomUUID(), role_id: id, agent_id: agents[i].id, ...created, created_at: START }));
  await without('agent_role_assignments', assignments);
  const councils = await put('councils', (i) => ({ ...named(i), leader_role_assignment_id: assignments[i].id, delegation_strategy: 'vote', config: {} }));
  await without(
    'council_members',
    councils.map(({ id }, i) => ({
      ...{ id: randomUUID(), council_id: id, role_assignment_id: assignments[(i + 1) % count].id, priority: 1, config: {}, created_at: START },
    })),
  );
  await fillPipelines(put, without, { count, named, created, agents, projects });
  const manifest = { schema_version: 1, instructions: { system: 'Say why, not what. '.repeat(10), guidelines: [], examples: [] }, tools: [], docs: [] };
  const skills = await put('skills', (i) => ({ ...named(i), manifest }));
  await without(
    'agent_role_skills',
    roles.map(({ id }, i) => ({ id: randomUUID(), role_id: id, skill_id: skills[i].id, position: 0, created_at: START })),
  );
  await put('lambdas', (i) => ({ ...named(i), path: `number-${i}.sh`, body: '#!/bin/sh\ntrue\n'.repeat(10), interpreter: 'sh' }));
  await put('modes', (i) => ({ ...named(i), manifest: { schema_version: 1, mode_type: 'custom' } }));
  await put('mcp_servers', (i) => ({ ...named(i), transport: 'stdio', command: 'serve', args: [], env: {}, url: null, headers: {}, is_active: true }));
}

async function fillPipelines(put, without, { count, named, created, agents, projects }) {
  const pipelines = await put('pipelines', (i) => ({ ...named(i), trigger: 'ticket.ready', is_active: true, is_default: false, max_retries: 3, metadata: {} }));
  const none = { agent_id: null, council_id: null, role_id: null, lambda_id: null };
  const steps = pipelines.flatMap(({ id }, i) =>
    ['Build', 'Check', 'Done'].map((name, place) => ({
      ...{ id: randomUUID(), pipeline_id: id, name, step_type: place === 2 ? 'terminal' : 'agent', ...none, agent_id: place === 2 ? null : agents[i].id },
      ...{ config: {}, position_x: 0, position_y: 0, order_index: place, ...stamped(i) },
    })),
  );
  await without('pipeline_steps', steps);
  const edges = steps.flatMap((step, i) =>
    i % 3 === 2
      ? []
      : [
          {
            ...{ id: randomUUID(), pipeline_id: step.pipeline_id, source_step_id: step.id, target_step_id: steps[i + 1].id, condition: 'on_pass' },
            ...{ metadata: {}, order_index: 0, ...stamped(i) },
          },
        ],
  );
  await without('pipeline_edges', edges);
  const assignments = pipelines.map(({ id }, i) => ({ id: randomUUID(), pipeline_id: id, project_id: projects[i].id, ...created, ...stamped(i) }));
  await without('pipeline_assignments', assignments);
  return count;
}
