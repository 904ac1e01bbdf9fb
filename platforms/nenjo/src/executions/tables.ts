import { col, tenantTable } from 'gatehouse';
import type { ExecutionStatus, StepResult } from './values.js';

/** A run outlives what it ran: its pipeline and its ticket may be gone. */
export const executions = tenantTable('executions', {
  columns: {
    id: col.uuid(),
    project_id: col.nullable(col.uuid()),
    pipeline_id: col.nullable(col.uuid()),
    ticket_id: col.nullable(col.uuid()),
    status: col.text<ExecutionStatus>(),
    initial_input: col.nullable(col.text()),
    is_cron_trigger: col.boolean(),
    current_step_id: col.nullable(col.uuid()),
    step_results: col.json<readonly StepResult[]>(),
    gate_feedback: col.nullable(col.text()),
    git_branch: col.nullable(col.text()),
    error: col.nullable(col.text()),
    metadata: col.json<Record<string, unknown>>(),
    created_by: col.nullable(col.uuid()),
    created_at: col.timestamp(),
    started_at: col.nullable(col.timestamp()),
    finished_at: col.nullable(col.timestamp()),
    updated_at: col.timestamp(),
  },
  indexes: [
    ['created_at', 'id'],
    ['project_id', 'created_at', 'id'],
    ['status', 'created_at', 'id'],
    ['pipeline_id', 'created_at', 'id'],
    ['ticket_id', 'created_at', 'id'],
    ['current_step_id'],
  ],
  references: {
    project_id: { table: 'projects', onDelete: 'set null' },
    pipeline_id: { table: 'pipelines', onDelete: 'set null' },
    ticket_id: { table: 'tickets', onDelete: 'set null' },
    current_step_id: { table: 'pipeline_steps', onDelete: 'set null' },
  },
});
