import type { Principal } from 'gatehouse';
import { pipelineAssignments } from '../pipelines/tables.js';
import { projects } from '../projects/tables.js';
import { firstCopies } from '../roles/copies.js';
import { type Reads, bind } from '../tables.js';
import { lambdas, mcpServers, modes, skills } from '../workshop/tables.js';
import { agents, councils, pipelines, roles, whole } from './collections.js';
import { bootstrap } from './operations.js';

export const bootstrapBindings = [
  bind(bootstrap, async (_input, context) => {
    const { principal } = context;
    await firstCopies(context);
    // Side by side, for what one waits for the database is time in which another is decoded.
    const [work, team, shop] = await context.snapshot(({ db }) => Promise.all([workOf(db, principal), teamOf(db, principal), shopOf(db)]));
    const { kind, id } = principal.credential;
    return { user_id: principal.user ?? null, api_key_id: kind === 'key' ? id : null, ...work, ...team, ...shop };
  }),
];

const ifHeld = async <Rows>({ rights }: Principal, scope: string, read: () => Promise<Rows>) => (rights.covers(scope) ? read() : undefined);

async function workOf(db: Reads, principal: Principal) {
  return {
    projects: await ifHeld(principal, 'projects:read', () => whole(db, projects)),
    pipelines: await ifHeld(principal, 'pipelines:read', () => pipelines(db)),
    pipeline_assignments: await ifHeld(principal, 'pipelines:read', () => whole(db, pipelineAssignments)),
  };
}

async function teamOf(db: Reads, principal: Principal) {
  return {
    agents: await agents(db),
    agent_roles: await roles(db),
    councils: await ifHeld(principal, 'councils:read', () => councils(db)),
  };
}

async function shopOf(db: Reads) {
  return {
    skills: await whole(db, skills),
    modes: await whole(db, modes),
    lambdas: await whole(db, lambdas),
    mcp_servers: await whole(db, mcpServers),
  };
}
