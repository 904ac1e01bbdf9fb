export const statuses = ['pending', 'running', 'paused', 'completed', 'failed', 'cancelled'] as const;
export const commands = ['start', 'pause', 'resume', 'cancel', 'complete', 'fail'] as const;

export type ExecutionStatus = (typeof statuses)[number];
export type Command = (typeof commands)[number];

/** What became of one step of a run. */
export interface StepResult {
  readonly step_id: string;
  readonly step_name: string;
  readonly passed: boolean;
  readonly output: string | null;
  readonly finished_at: number;
}
