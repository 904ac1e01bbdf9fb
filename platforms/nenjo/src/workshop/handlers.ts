import { keptLambdas } from './lambdas.js';
import { keptMcpServers } from './mcp-servers.js';
import { keptModes } from './modes.js';
import { keptPipelineAssignments } from './pipeline-assignments.js';
import { keptSkills } from './skills.js';

const kept = [keptSkills, keptLambdas, keptModes, keptMcpServers, keptPipelineAssignments];

export const workshopBindings = kept.flatMap(({ bindings }) => bindings);
