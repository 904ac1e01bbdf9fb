import type { Request } from './http.js';

/** One thing that the attacker tries. */
export interface Attempt {
  /** What is called: an operation, or a table where a handler that is wrong is at work. */
  readonly target: string;
  readonly attack: string;
  /** Which one of the attack, in a few words. */
  readonly detail: string;
  readonly request: Request;
  /** Whether it may change something of the attacker's own. */
  readonly changes: boolean;
  /** Raw SQL, whose refusals are listed. */
  readonly raw?: true;
}
