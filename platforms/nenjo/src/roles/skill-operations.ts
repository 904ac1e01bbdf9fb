import { defineOperation, people, timestamp } from 'gatehouse';
import { z } from 'zod';
import { uuid } from '../fields.js';
import { id } from './fields.js';

const access = { scope: null, by: people } as const;
const root = '/agent-roles/:id/skills';
const skillId = uuid().describe('The id of the skill');

const skills = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    manifest: z.record(z.string(), z.unknown()),
    created_by: z.string().nullable(),
    created_at: timestamp(),
    updated_at: timestamp(),
  }),
);

export const listRoleSkills = defineOperation({
  name: 'agent_roles_skills',
  title: 'List the skills of a role',
  description: 'Lists the skills that a role gives its agent, in the order in which they were assigned.',
  access,
  input: z.object({ id }),
  output: skills,
  errors: ['not_found'],
  effect: 'read',
  rest: { method: 'GET', path: root },
  tool: false,
});

export const assignSkill = defineOperation({
  name: 'agent_roles_assign_skill',
  title: 'Assign a skill to a role',
  description: 'Gives a role a skill, and lists all that it has then. One that it has already stays where it is.',
  access,
  input: z.object({ id, skill_id: skillId }),
  output: skills,
  errors: ['not_found', 'forbidden', 'conflict'],
  effect: 'update',
  idempotent: true,
  rest: { method: 'POST', path: `${root}/:skill_id` },
  tool: false,
});

export const unassignSkill = defineOperation({
  name: 'agent_roles_unassign_skill',
  title: 'Take a skill from a role',
  description: 'Takes a skill from a role. The skill itself stays.',
  access,
  input: z.object({ id, skill_id: skillId }),
  output: z.object({}),
  errors: ['not_found', 'forbidden', 'conflict'],
  effect: 'delete',
  idempotent: true,
  rest: { method: 'DELETE', path: `${root}/:skill_id`, status: 204 },
  tool: false,
});
