import { defineOperation } from 'gatehouse';
import { z } from 'zod';
import { getAgent } from '../agents/operations.js';
import { getCouncil } from '../councils/operations.js';
import { getPipeline } from '../pipelines/operations.js';
import { getProject } from '../projects/operations.js';
import { getRole } from '../roles/operations.js';
import { shownObject } from '../workshop/fields.js';
import { keptLambdas } from '../workshop/lambdas.js';
import { keptMcpServers } from '../workshop/mcp-servers.js';
import { keptModes } from '../workshop/modes.js';
import { keptPipelineAssignments } from '../workshop/pipeline-assignments.js';
import { keptSkills } from '../workshop/skills.js';

/** Absent where the caller may not read them: a worker takes an empty list for one of which all is gone. */
const readable = <Item extends z.ZodType>(item: Item) => z.array(item).optional();

/** Its prompts are not looked at once more: a thousand roles have tens of thousands of them. */
const role = getRole.output.extend({ prompt_config: shownObject, skill_ids: z.array(z.string()) });

export const bootstrap = defineOperation({
  name: 'agents_bootstrap',
  title: 'Bootstrap a worker',
  description: 'Hands a worker all that it works with, as one snapshot. Projects, pipelines and councils come where the caller may read them.',
  access: { scope: 'agents:read' },
  input: z.object({}),
  output: z.object({
    user_id: z.string().nullable(),
    api_key_id: z.string().nullable(),
    projects: readable(getProject.output),
    pipelines: readable(getPipeline.output),
    pipeline_assignments: readable(keptPipelineAssignments.operations.get.output),
    agents: z.array(getAgent.output),
    agent_roles: z.array(role),
    councils: readable(getCouncil.output),
    skills: z.array(keptSkills.operations.get.output),
    modes: z.array(keptModes.operations.get.output),
    lambdas: z.array(keptLambdas.operations.get.output),
    mcp_servers: z.array(keptMcpServers.operations.get.output),
  }),
  effect: 'read',
  tool: false,
  rest: { method: 'GET', path: '/agents/bootstrap' },
});
