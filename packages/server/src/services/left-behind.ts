import { type Failure, refuse } from '@gatehouse/contract';
import { ConstraintError } from '../store/constraint-error.js';

/** What a row is told that was to refer to something which somebody deleted while the call was under way: nobody's mistake. undefined: another error. */
export function leftBehind(error: unknown): Failure | undefined {
  if (!(error instanceof ConstraintError) || error.violation !== 'reference') return undefined;
  return refuse('conflict', 'What this refers to is not there any more, or what refers to this still is.', {
    next: 'Look what is there before you try again.',
  }).failure;
}
