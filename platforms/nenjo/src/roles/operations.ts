import { defineOperation, people } from 'gatehouse';
import { z } from 'zod';
import { page } from '../fields.js';
import { color, description, id, mcpServerIds, name, platformScopes, role } from './fields.js';
import { promptConfig } from './prompt-config.js';

const reads = { scope: 'agents:read' } as const;
const access = { scope: null, by: people } as const;
const root = '/agent-roles';

export const listRoles = defineOperation({
  name: 'agent_roles_list',
  title: 'List agent roles',
  description:
    'Lists roles (prompts and platform scopes for agents) with all their fields: first the system templates, then the workspace’s own, newest first.',
  access: reads,
  input: z.object(page),
  output: z.array(role),
  effect: 'read',
  rest: { method: 'GET', path: root },
});

export const getRole = defineOperation({
  name: 'agent_roles_get',
  title: 'Get an agent role',
  description: 'Shows one role with its prompt config and platform scopes.',
  access: reads,
  input: z.object({ id }),
  output: role,
  errors: ['not_found'],
  effect: 'read',
  rest: { method: 'GET', path: `${root}/:id` },
});

export const createRole = defineOperation({
  name: 'agent_roles_create',
  title: 'Create a custom role',
  description: 'Creates a role of the caller. Without a color it gets the one that is farthest from those of the other roles.',
  access,
  input: z.object({
    name,
    description: description.default(null),
    prompt_config: promptConfig,
    color: color.optional(),
    platform_scopes: platformScopes.default([]),
    mcp_server_ids: mcpServerIds.default([]),
  }),
  output: role,
  errors: ['not_found', 'conflict'],
  effect: 'create',
  rest: { method: 'POST', path: root },
  tool: false,
});

export const updateRole = defineOperation({
  name: 'agent_roles_update',
  title: 'Update a role',
  description: 'Changes the given fields of a role and leaves the others; prompt_config is replaced as a whole.',
  access,
  input: z.object({
    id,
    name: name.optional(),
    description: description.optional(),
    prompt_config: promptConfig.optional(),
    color: color.optional(),
    platform_scopes: platformScopes.optional(),
    mcp_server_ids: mcpServerIds.optional(),
  }),
  output: role,
  errors: ['not_found', 'forbidden', 'conflict'],
  effect: 'update',
  idempotent: true,
  rest: { method: 'PATCH', path: `${root}/:id` },
  tool: false,
});

export const deleteRole = defineOperation({
  name: 'agent_roles_delete',
  title: 'Delete a role',
  description:
    'Deletes a role and its assignments. A copy of a system template is made anew at the next login. Refused while a pipeline step or a council uses it.',
  access,
  input: z.object({ id }),
  output: z.object({}),
  errors: ['not_found', 'forbidden', 'conflict'],
  effect: 'delete',
  idempotent: true,
  rest: { method: 'DELETE', path: `${root}/:id`, status: 204 },
  tool: false,
});

export const resetRole = defineOperation({
  name: 'agent_roles_reset',
  title: 'Reset a role to its system template',
  description: 'Gives a copy of a system template the name, description, prompt config, colour and platform scopes of the template again.',
  access,
  input: z.object({ id }),
  output: role,
  errors: ['not_found', 'forbidden', 'conflict'],
  effect: 'update',
  idempotent: true,
  rest: { method: 'POST', path: `${root}/:id/reset` },
  tool: false,
});
