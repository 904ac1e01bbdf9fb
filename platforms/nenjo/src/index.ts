import { definePlatform } from 'gatehouse';
import { agentBindings } from './agents/handlers.js';
import { authBindings } from './auth/handlers.js';
import { bootstrapBindings } from './bootstrap/handlers.js';
import { chatBindings } from './chat/handlers.js';
import { documentBindings } from './documents/handlers.js';
import { councilBindings } from './councils/handlers.js';
import { executionBindings } from './executions/handlers.js';
import { graphBindings } from './graph/handlers.js';
import { identity, settings } from './identity.js';
import { keyBindings } from './keys/handlers.js';
import { presentKeys } from './keys/present.js';
import { edgeBindings } from './pipelines/edge-handlers.js';
import { pipelineBindings } from './pipelines/handlers.js';
import { stepBindings } from './pipelines/step-handlers.js';
import { projectBindings } from './projects/handlers.js';
import { assignmentBindings } from './roles/assignment-handlers.js';
import { roleBindings } from './roles/handlers.js';
import { promptBindings } from './roles/prompt-handlers.js';
import { roleSkillBindings } from './roles/skill-handlers.js';
import { scopeTexts, scopes } from './scopes.js';
import { seed } from './seed/index.js';
import { tables } from './tables.js';
import { ticketBindings } from './tickets/handlers.js';
import { workshopBindings } from './workshop/handlers.js';

/** Nenjo: tickets and pipelines for agents. */
export const nenjo = definePlatform({
  name: 'nenjo',
  version: '0.1.0',
  title: 'Nenjo',
  scopes,
  scopeTexts,
  keys: { prefix: 'nen_', checksum: false, whenNoScopes: 'full', displayLength: 8 },
  settings,
  identity,
  tables,
  operations: [
    ...keyBindings,
    ...authBindings,
    ...projectBindings,
    ...ticketBindings,
    ...documentBindings,
    ...chatBindings,
    ...pipelineBindings,
    ...stepBindings,
    ...edgeBindings,
    ...executionBindings,
    ...graphBindings,
    ...workshopBindings,
    ...bootstrapBindings,
    ...agentBindings,
    ...roleBindings,
    ...promptBindings,
    ...roleSkillBindings,
    ...assignmentBindings,
    ...councilBindings,
  ],
  present: presentKeys,
  seed,
  publicVersion: true,
  // All under /api/v1 but the documented exceptions takes a credential; the page lies outside of it.
  reference: { document: 'credential', page: true },
  mcpBy: ['key', 'idp', 'session', 'token'],
  mcp: {
    defaultVersion: '2025-03-26',
    notificationStatus: 204,
    // Nothing here tells or asks a client anything, and `initialize` is documented without.
    sessions: false,
    outputSchemas: 'outline',
    instructions:
      'Nenjo keeps the tickets that agents work on, and the pipelines that take them there. Find a project with projects_list, its tickets with tickets_list, and what can be done next with graph_execution_order. To have a pipeline work on a ticket, create a run with executions_create and start it with executions_command.',
  },
});

export default nenjo;
