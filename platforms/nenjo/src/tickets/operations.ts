import { defineOperation, timestamp } from 'gatehouse';
import { z } from 'zod';
import { again, deleted, line, page, uuid } from '../fields.js';
import { priorities, statuses, types } from './values.js';

const ticket = z.object({
  id: z.string(),
  project_id: z.string(),
  slug: z.string().describe('Made from the title, unique in the project, never changes'),
  title: z.string(),
  description: z.string().nullable(),
  acceptance_criteria: z.string().nullable(),
  status: z.enum(statuses),
  priority: z.enum(priorities),
  type: z.enum(types),
  complexity: z.int().nullable(),
  tags: z.array(z.string()),
  source: z.string(),
  order_index: z.int(),
  depends_on: z.array(z.string()),
  created_by: z.string().nullable().describe('The user who made it'),
  created_at: timestamp(),
  updated_at: timestamp(),
});

/** Lists of tags travel with commas between them, in a query and in prompts: a tag has none. */
const tag = line(50).refine((text) => !/[,\p{Cc}]/u.test(text), 'Must be one line without commas');

const title = line(500);
const description = z.string().max(50_000).nullable().describe('What is to be done, in full');
const criteria = z.string().max(50_000).nullable().describe('What must hold for the ticket to be done');
const status = z.enum(statuses).describe('open: filed; ready: an agent may take it');
const priority = z.enum(priorities);
const type = z.enum(types);
const complexity = z.int().min(1).max(5).nullable().describe('From 1 (trivial) to 5 (hard)');
const tags = z.array(tag).max(50).describe('Labels, without commas');
const orderIndex = z.int().min(-1_000_000_000).max(1_000_000_000).describe('Of tickets that could be next the lowest goes first');
const dependsOn = z.array(uuid()).max(100).describe('Tickets of the project that must be done before');
const id = uuid();

export const listTickets = defineOperation({
  name: 'tickets_list',
  title: 'List tickets',
  description: 'Lists tickets of all projects, newest first, with all their fields. Filters narrow it down: a ticket must meet every one that is given.',
  access: { scope: 'tickets:read' },
  input: z.object({
    project_id: uuid().optional(),
    status: status.optional(),
    priority: priority.optional(),
    type: type.optional(),
    tags: z.array(tag).max(20).optional().describe('Only tickets that have every one of these tags'),
    ...page,
  }),
  output: z.array(ticket),
  effect: 'read',
  rest: { method: 'GET', path: '/tickets' },
});

export const getTicket = defineOperation({
  name: 'tickets_get',
  title: 'Get a ticket',
  description: 'Shows one ticket by its id. To look for tickets, use tickets_list.',
  access: { scope: 'tickets:read' },
  input: z.object({ id }),
  output: ticket,
  errors: ['not_found'],
  effect: 'read',
  rest: { method: 'GET', path: '/tickets/:id' },
});

export const createTicket = defineOperation({
  name: 'tickets_create',
  title: 'Create a ticket',
  description: 'Files a ticket, a piece of work to be done, in a project. Use projects_list to find the project_id.',
  access: { scope: 'tickets:write' },
  input: z.object({
    project_id: uuid().describe('Cannot be changed later'),
    title,
    description: description.default(null),
    acceptance_criteria: criteria.default(null),
    status: status.default('open'),
    priority: priority.default('medium'),
    type: type.default('task'),
    complexity: complexity.default(null),
    tags: tags.default([]),
    source: line(100).default('user').describe('user, or the role that filed it'),
    order_index: orderIndex.default(0),
    depends_on: dependsOn.default([]),
  }),
  output: ticket,
  errors: ['not_found'],
  effect: 'create',
  rest: { method: 'POST', path: '/tickets' },
});

export const updateTicket = defineOperation({
  name: 'tickets_update',
  title: 'Update a ticket',
  description:
    'Changes the given fields (see tickets_create) of a ticket and leaves the others. tags and depends_on are replaced as a whole; null clears description, acceptance_criteria and complexity.',
  access: { scope: 'tickets:write' },
  input: z.object({
    id,
    title: again(title),
    description: again(description),
    acceptance_criteria: again(criteria),
    status: again(status),
    priority: again(priority),
    type: again(type),
    complexity: again(complexity),
    tags: again(tags),
    order_index: again(orderIndex),
    depends_on: again(dependsOn),
  }),
  output: ticket,
  errors: ['not_found', 'conflict'],
  effect: 'update',
  idempotent: true,
  rest: { method: 'PATCH', path: '/tickets/:id' },
});

export const deleteTicket = defineOperation({
  name: 'tickets_delete',
  title: 'Delete a ticket',
  description: 'Deletes a ticket for good. Tickets that depended on it no longer wait for it.',
  access: { scope: 'tickets:write' },
  input: z.object({ id }),
  output: deleted,
  errors: ['not_found'],
  effect: 'delete',
  idempotent: true,
  rest: { method: 'DELETE', path: '/tickets/:id', status: 204 },
});
