import { defineOperation, timestamp } from 'gatehouse';
import { z } from 'zod';
import { again, deleted, line, openObject, page, uuid } from '../fields.js';
import { assignmentSummary } from '../roles/fields.js';
import { delegationStrategies } from './values.js';

const council = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  leader_role_assignment_id: z.string(),
  leader: assignmentSummary,
  delegation_strategy: z.enum(delegationStrategies),
  config: z.record(z.string(), z.unknown()),
  members: z.array(
    z.object({
      id: z.string(),
      council_id: z.string(),
      role_assignment_id: z.string(),
      role_assignment: assignmentSummary,
      priority: z.int(),
      config: z.record(z.string(), z.unknown()),
      created_at: timestamp(),
    }),
  ),
  created_by: z.string().nullable(),
  created_at: timestamp(),
  updated_at: timestamp(),
});

const name = line(200).describe('No two councils have one name');
const description = z.string().max(20_000).nullable().describe('What it is asked for');
const leader = uuid().describe(
  'The role assignment (an agent in a role) that leads. People make them and know their ids; councils_list shows those of councils',
);
const strategy = z.enum(delegationStrategies).describe('How the leader shares work out');
const config = openObject().describe('Kept as it is');
const members = z
  .array(
    z.strictObject({
      role_assignment_id: uuid(),
      priority: z.int().min(-1_000_000).max(1_000_000).optional(),
      config: openObject().default({}),
    }),
  )
  .min(1, 'A council needs at least one member')
  .max(50)
  .describe('Role assignments but the leader. The lowest priority comes first; without one it is the place in this list, from 1');
const id = uuid();

export const listCouncils = defineOperation({
  name: 'councils_list',
  title: 'List councils',
  description: 'Lists councils (a leader and members that work on one step together), newest first, with who sits in them.',
  access: { scope: 'councils:read' },
  input: z.object(page),
  output: z.array(council),
  effect: 'read',
  rest: { method: 'GET', path: '/councils' },
});

export const getCouncil = defineOperation({
  name: 'councils_get',
  title: 'Get a council',
  description: 'Shows one council with its leader, and its members by priority.',
  access: { scope: 'councils:read' },
  input: z.object({ id }),
  output: council,
  errors: ['not_found'],
  effect: 'read',
  rest: { method: 'GET', path: '/councils/:id' },
});

export const createCouncil = defineOperation({
  name: 'councils_create',
  title: 'Create a council',
  description: 'Creates a council. A pipeline step of the type council then names it.',
  access: { scope: 'councils:write' },
  input: z.object({
    name,
    description: description.default(null),
    leader_role_assignment_id: leader,
    delegation_strategy: strategy.default('decompose'),
    config: config.default({}),
    members,
  }),
  output: council,
  errors: ['not_found', 'conflict'],
  effect: 'create',
  rest: { method: 'POST', path: '/councils' },
});

export const updateCouncil = defineOperation({
  name: 'councils_update',
  title: 'Update a council',
  description: 'Changes the given fields (see councils_create) of a council and leaves the others; members and config are replaced as a whole.',
  access: { scope: 'councils:write' },
  input: z.object({
    id,
    name: again(name),
    description: again(description),
    leader_role_assignment_id: again(leader),
    delegation_strategy: again(strategy),
    config: again(config),
    members: again(members),
  }),
  output: council,
  errors: ['not_found', 'conflict'],
  effect: 'update',
  idempotent: true,
  rest: { method: 'PATCH', path: '/councils/:id' },
});

export const deleteCouncil = defineOperation({
  name: 'councils_delete',
  title: 'Delete a council',
  description: 'Deletes a council for good; its agents and roles stay. Refused while a pipeline step uses it.',
  access: { scope: 'councils:write' },
  input: z.object({ id }),
  output: deleted,
  errors: ['not_found', 'conflict'],
  effect: 'delete',
  idempotent: true,
  rest: { method: 'DELETE', path: '/councils/:id', status: 204 },
});
