import { defineOperation, people, timestamp } from 'gatehouse';
import { z } from 'zod';
import { page, uuid } from '../fields.js';
import { assignmentSummary } from './fields.js';

const access = { scope: null, by: people } as const;
const root = '/agent-role-assignments';
const id = uuid().describe('The id of the assignment');
const assignment = assignmentSummary.extend({ created_by: z.string().nullable(), created_at: timestamp() });

export const listAssignments = defineOperation({
  name: 'agent_role_assignments_list',
  title: 'List role assignments',
  description: 'Lists which agents work in which roles, newest first.',
  access,
  input: z.object({
    role_id: uuid().optional().describe('Only those of this role'),
    agent_id: uuid().optional().describe('Only those of this agent'),
    ...page,
  }),
  output: z.array(assignment),
  effect: 'read',
  rest: { method: 'GET', path: root },
  tool: false,
});

export const myAssignments = defineOperation({
  name: 'agent_role_assignments_mine',
  title: 'List my role assignments',
  description: 'Lists the assignments that the caller made, newest first.',
  access,
  input: z.object(page),
  output: z.array(assignment),
  effect: 'read',
  rest: { method: 'GET', path: `${root}/mine` },
  tool: false,
});

export const getAssignment = defineOperation({
  name: 'agent_role_assignments_get',
  title: 'Get a role assignment',
  description: 'Shows one assignment.',
  access,
  input: z.object({ id }),
  output: assignment,
  errors: ['not_found'],
  effect: 'read',
  rest: { method: 'GET', path: `${root}/:id` },
  tool: false,
});

export const createAssignment = defineOperation({
  name: 'agent_role_assignments_create',
  title: 'Assign a role to an agent',
  description: 'Lets an agent work in a role. A pipeline step that names the role is done by the agent of its oldest assignment.',
  access,
  input: z.object({ role_id: uuid().describe('A role; no system template'), agent_id: uuid().describe('The agent') }),
  output: assignment,
  errors: ['not_found', 'conflict'],
  effect: 'create',
  rest: { method: 'POST', path: root },
  tool: false,
});

export const deleteAssignment = defineOperation({
  name: 'agent_role_assignments_delete',
  title: 'Delete a role assignment',
  description: 'Ends an assignment. Refused while a council uses it.',
  access,
  input: z.object({ id }),
  output: z.object({}),
  errors: ['not_found', 'conflict'],
  effect: 'delete',
  idempotent: true,
  rest: { method: 'DELETE', path: `${root}/:id`, status: 204 },
  tool: false,
});
