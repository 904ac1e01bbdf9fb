import { type Outgoing, selectEdge } from '../pipelines/graph.js';
import type { StepType } from '../pipelines/values.js';
import type { ExecutionStatus } from './values.js';

interface Step {
  readonly id: string;
  readonly name: string;
  readonly step_type: StepType;
}

/** Where a run stands after something has happened. `ended` is null while it goes on. */
export interface Position {
  readonly current_step_id: string;
  readonly ended: Extract<ExecutionStatus, 'completed' | 'failed'> | null;
  readonly error: string | null;
}

/** At a terminal step a run ends; at any other it waits for the step's report. */
export function arrivedAt({ id, name, step_type }: Step): Position {
  if (step_type === 'terminal') return { current_step_id: id, ended: 'completed', error: null };
  if (step_type === 'terminal_fail') return { current_step_id: id, ended: 'failed', error: `The run ended at "${name}".` };
  return { current_step_id: id, ended: null, error: null };
}

/** Where the report of a step leads. `edges` are those that leave it, in their order; `steps` at least those that they lead to. */
export function advanced(from: Step, passed: boolean, edges: readonly Outgoing[], steps: readonly Step[]): Position {
  const edge = selectEdge(edges, passed);
  const next = steps.find(({ id }) => id === edge?.target_step_id);
  if (next !== undefined) return arrivedAt(next);
  const stays = { current_step_id: from.id };
  return passed
    ? { ...stays, ended: 'completed', error: null }
    : { ...stays, ended: 'failed', error: `The step "${from.name}" failed, and no edge leads on from it.` };
}
