import { type DatabaseOf, type Snapshot, type TenantDb, bindTo } from 'gatehouse';
import { agentTags, agents } from './agents/tables.js';
import { chatMessages, chatSessions } from './chat/tables.js';
import { councilMembers, councils } from './councils/tables.js';
import { documentContents, documents } from './documents/tables.js';
import { executions } from './executions/tables.js';
import { pipelineAssignments, pipelineEdges, pipelineSteps, pipelines } from './pipelines/tables.js';
import { projects } from './projects/tables.js';
import { agentRoleAssignments, agentRoleSkills, agentRoles } from './roles/tables.js';
import { ticketDependencies, ticketTags, tickets } from './tickets/tables.js';
import { lambdas, mcpServers, modes, skills } from './workshop/tables.js';

/** A table after those that it refers to. */
export const tables = [
  projects,
  tickets,
  ticketTags,
  ticketDependencies,
  documents,
  documentContents,
  skills,
  lambdas,
  modes,
  mcpServers,
  agents,
  agentTags,
  agentRoles,
  agentRoleSkills,
  agentRoleAssignments,
  councils,
  councilMembers,
  pipelines,
  pipelineSteps,
  pipelineEdges,
  pipelineAssignments,
  executions,
  chatSessions,
  chatMessages,
] as const;

export type Database = DatabaseOf<typeof tables>;
/** The platform's tables, within one tenant. */
export type Db = TenantDb<Database>;
/** What only reads them: in a unit of work, a snapshot, or statement by statement. */
export type Reads = Snapshot<Database>['db'];

export const bind = bindTo(tables);
