import { type Refusal, refuse } from 'gatehouse';
import { type Command, type ExecutionStatus, commands } from './values.js';

interface Transition {
  readonly from: readonly ExecutionStatus[];
  readonly to: ExecutionStatus;
}

/** A step that is at work when a run is paused ends nevertheless, and is reported: the next one waits. */
export const transitions: Readonly<Record<Command, Transition>> = {
  start: { from: ['pending'], to: 'running' },
  pause: { from: ['running'], to: 'paused' },
  resume: { from: ['paused'], to: 'running' },
  cancel: { from: ['pending', 'running', 'paused'], to: 'cancelled' },
  complete: { from: ['running', 'paused'], to: 'completed' },
  fail: { from: ['running', 'paused'], to: 'failed' },
};

export const possibleFrom = (status: ExecutionStatus): readonly Command[] => commands.filter((command) => transitions[command].from.includes(status));

export const hasEnded = (status: ExecutionStatus): boolean => possibleFrom(status).length === 0;

/** undefined where the command may be given to a run with this status. */
export function impossible(status: ExecutionStatus, command: Command): Refusal | undefined {
  const possible = possibleFrom(status);
  if (possible.includes(command)) return undefined;
  const next = possible.length === 0 ? 'It has ended: create another run with executions_create.' : `Possible now: ${possible.join(', ')}.`;
  return refuse('conflict', `The run is ${status}, and ${command} is not possible then.`, { next });
}
