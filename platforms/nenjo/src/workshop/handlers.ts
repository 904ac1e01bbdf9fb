import { lambdaBindings } from './lambdas.js';
import { mcpServerBindings } from './mcp-servers.js';
import { modeBindings } from './modes.js';
import { pipelineAssignmentBindings } from './pipeline-assignments.js';
import { skillBindings } from './skills.js';

export const workshopBindings = [...skillBindings, ...lambdaBindings, ...modeBindings, ...mcpServerBindings, ...pipelineAssignmentBindings];
