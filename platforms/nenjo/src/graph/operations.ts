import { defineOperation } from 'gatehouse';
import { z } from 'zod';
import { uuid } from '../fields.js';
import { priorities, statuses } from '../tickets/values.js';

const projectId = uuid();

const page = {
  limit: z.int().min(1).max(1000).default(1000),
  offset: z.int().min(0).default(0),
};

const node = z.object({
  id: z.string(),
  slug: z.string(),
  title: z.string(),
  status: z.enum(statuses),
  priority: z.enum(priorities),
  order_index: z.int(),
});

export const graphDependencies = defineOperation({
  name: 'graph_dependencies',
  title: 'Get the dependency graph',
  description: 'Shows the tickets of a project, done ones too, oldest first, and which waits for which.',
  access: { scope: 'graph:read' },
  input: z.object({ project_id: projectId, ...page }),
  output: z.object({
    project_id: z.string(),
    total: z.int().describe('How many tickets the project has'),
    nodes: z.array(node),
    edges: z.array(z.object({ ticket_id: z.string(), depends_on_id: z.string() })).describe('ticket_id, one of the nodes, waits for depends_on_id'),
  }),
  errors: ['not_found'],
  effect: 'read',
  rest: { method: 'GET', path: '/graph/dependencies' },
});

export const graphExecutionOrder = defineOperation({
  name: 'graph_execution_order',
  title: 'Get the execution order',
  description:
    'Shows in which order the tickets of a project that are not done can be worked on: each after those it depends on. Tickets of one wave can be worked on at the same time; wave 1 waits for nothing.',
  access: { scope: 'graph:read' },
  input: z.object({ project_id: projectId, ...page }),
  output: z.object({
    project_id: z.string(),
    total: z.int().describe('How many tickets are not done'),
    tickets: z.array(node.extend({ wave: z.int(), waits_for: z.array(z.string()).describe('Ids of tickets that must be done before') })),
  }),
  errors: ['not_found'],
  effect: 'read',
  rest: { method: 'GET', path: '/graph/execution-order' },
});
