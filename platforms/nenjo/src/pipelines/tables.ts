import { col, tenantTable } from 'gatehouse';
import type { Condition, StepType, Trigger } from './values.js';

export const pipelines = tenantTable('pipelines', {
  columns: {
    id: col.uuid(),
    name: col.text(),
    description: col.nullable(col.text()),
    trigger: col.text<Trigger>(),
    is_active: col.boolean(),
    is_default: col.boolean(),
    max_retries: col.integer(),
    metadata: col.json<Record<string, unknown>>(),
    created_by: col.nullable(col.uuid()),
    created_at: col.timestamp(),
    updated_at: col.timestamp(),
  },
  indexes: [
    ['created_at', 'id'],
    ['created_by', 'is_default'],
  ],
});

export const pipelineSteps = tenantTable('pipeline_steps', {
  columns: {
    id: col.uuid(),
    pipeline_id: col.uuid(),
    name: col.text(),
    step_type: col.text<StepType>(),
    agent_id: col.nullable(col.uuid()),
    council_id: col.nullable(col.uuid()),
    role_id: col.nullable(col.uuid()),
    lambda_id: col.nullable(col.uuid()),
    config: col.json<Record<string, unknown>>(),
    position_x: col.real(),
    position_y: col.real(),
    order_index: col.integer(),
    created_at: col.timestamp(),
    updated_at: col.timestamp(),
  },
  indexes: [['pipeline_id', 'order_index'], ['agent_id'], ['council_id'], ['role_id'], ['lambda_id']],
  references: {
    pipeline_id: { table: 'pipelines', onDelete: 'cascade' },
    agent_id: { table: 'agents', onDelete: 'restrict' },
    council_id: { table: 'councils', onDelete: 'restrict' },
    role_id: { table: 'agent_roles', onDelete: 'restrict' },
    lambda_id: { table: 'lambdas', onDelete: 'restrict' },
  },
});

export const pipelineEdges = tenantTable('pipeline_edges', {
  columns: {
    id: col.uuid(),
    pipeline_id: col.uuid(),
    source_step_id: col.uuid(),
    target_step_id: col.uuid(),
    condition: col.text<Condition>(),
    metadata: col.json<Record<string, unknown>>(),
    /** Among the edges of one step the lowest is looked at first. */
    order_index: col.integer(),
    created_at: col.timestamp(),
    updated_at: col.timestamp(),
  },
  unique: [['source_step_id', 'target_step_id', 'condition']],
  indexes: [['pipeline_id', 'order_index'], ['target_step_id']],
  references: {
    pipeline_id: { table: 'pipelines', onDelete: 'cascade' },
    source_step_id: { table: 'pipeline_steps', onDelete: 'cascade' },
    target_step_id: { table: 'pipeline_steps', onDelete: 'cascade' },
  },
});

export const pipelineAssignments = tenantTable('pipeline_assignments', {
  columns: {
    id: col.uuid(),
    pipeline_id: col.uuid(),
    project_id: col.uuid(),
    created_by: col.nullable(col.uuid()),
    created_at: col.timestamp(),
    updated_at: col.timestamp(),
  },
  unique: [['pipeline_id', 'project_id']],
  indexes: [['project_id'], ['created_at', 'id']],
  references: { pipeline_id: { table: 'pipelines', onDelete: 'cascade' }, project_id: { table: 'projects', onDelete: 'cascade' } },
});
