import { pipelineAssignments } from '../pipelines/tables.js';
import { projects } from '../projects/tables.js';
import { firstCopies } from '../roles/copies.js';
import { bind } from '../tables.js';
import { lambdas, mcpServers, modes, skills } from '../workshop/tables.js';
import { agents, councils, pipelines, roles, whole } from './collections.js';
import { bootstrap } from './operations.js';

export const bootstrapBindings = [
  bind(bootstrap, async (_input, context) => {
    const { db, principal } = context;
    const { rights, credential } = principal;
    await firstCopies(context);
    const ifHeld = async <Rows>(scope: string, read: () => Promise<Rows>) => (rights.covers(scope) ? read() : undefined);
    return {
      user_id: principal.user ?? null,
      api_key_id: credential.kind === 'key' ? credential.id : null,
      projects: await ifHeld('projects:read', () => whole(db, projects)),
      pipelines: await ifHeld('pipelines:read', () => pipelines(db)),
      pipeline_assignments: await ifHeld('pipelines:read', () => whole(db, pipelineAssignments)),
      agents: await agents(db),
      agent_roles: await roles(db),
      councils: await ifHeld('councils:read', () => councils(db)),
      skills: await whole(db, skills),
      modes: await whole(db, modes),
      lambdas: await whole(db, lambdas),
      mcp_servers: await whole(db, mcpServers),
    };
  }),
];
