import { defineOperation, people } from 'gatehouse';
import { z } from 'zod';
import { openObject, uuid } from '../fields.js';
import { id, platformScopes } from './fields.js';
import { promptChanges, shownPrompt } from './prompt-config.js';

const access = { scope: null, by: people } as const;
const root = '/agent-roles/:id';
const scopesShown = z.object({ platform_scopes: z.array(z.string()) });

export const getPrompt = defineOperation({
  name: 'agent_roles_prompt',
  title: 'Get the prompt config of a role',
  description: 'Shows what a role tells its agent.',
  access,
  input: z.object({ id }),
  output: shownPrompt,
  errors: ['not_found'],
  effect: 'read',
  rest: { method: 'GET', path: `${root}/prompt` },
  tool: false,
});

export const updatePrompt = defineOperation({
  name: 'agent_roles_update_prompt',
  title: 'Update the prompt config of a role',
  description: 'Changes the given parts of a prompt config and leaves the others, within templates and the like too; null clears a part, lists are replaced.',
  access,
  input: z.object({ id, ...promptChanges }),
  output: shownPrompt,
  errors: ['not_found', 'forbidden', 'conflict'],
  effect: 'update',
  idempotent: true,
  rest: { method: 'PATCH', path: `${root}/prompt` },
  tool: false,
});

export const previewPrompt = defineOperation({
  name: 'agent_roles_preview',
  title: 'Preview the prompts of a role',
  description:
    'Renders all prompts of a role with the values of a ticket, of a project, and those given. Variables without a value are left empty, and listed.',
  access,
  input: z.object({
    id,
    ticket_id: uuid().optional().describe('Fills in ticket.* and, with its project, project.*'),
    project_id: uuid().optional().describe('Fills in project.*'),
    context: openObject()
      .default({})
      .describe('Values by group, such as {"chat": {"message": "Hello"}, "gate": {"criteria": "…"}}; they go before those of the ticket and the project'),
  }),
  output: shownPrompt.extend({ unresolved_variables: z.array(z.string()) }),
  errors: ['not_found'],
  effect: 'read',
  rest: { method: 'POST', path: `${root}/preview` },
  tool: false,
});

export const getPlatformScopes = defineOperation({
  name: 'agent_roles_platform_scopes',
  title: 'Get the platform scopes of a role',
  description: 'Shows what the agent of a role may do on this platform.',
  access,
  input: z.object({ id }),
  output: scopesShown,
  errors: ['not_found'],
  effect: 'read',
  rest: { method: 'GET', path: `${root}/platform-scopes` },
  tool: false,
});

export const updatePlatformScopes = defineOperation({
  name: 'agent_roles_update_platform_scopes',
  title: 'Change the platform scopes of a role',
  description: 'Replaces what the agent of a role may do on this platform. An empty list means nothing at all.',
  access,
  input: z.object({ id, platform_scopes: platformScopes }),
  output: scopesShown,
  errors: ['not_found', 'forbidden', 'conflict'],
  effect: 'update',
  idempotent: true,
  rest: { method: 'PATCH', path: `${root}/platform-scopes` },
  tool: false,
});
