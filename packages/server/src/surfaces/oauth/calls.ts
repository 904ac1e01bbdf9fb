import { AsyncLocalStorage } from 'node:async_hooks';
import type { GrantRecord } from '../../store/grants.js';

/** What goes along with one request through the library, which knows nothing of it. */
export interface OauthCall {
  /** The user whom Gatehouse's own session signs in. */
  readonly user?: string | undefined;
  /** Whether the program must be one that somebody has let in: none is looked for elsewhere. */
  readonly letIn?: true;
  /** The grant that was read last: looked up once in a request. */
  grant?: GrantRecord;
  /** Whose token was found last. */
  client?: string;
  /** What went wrong on our side: thrown on as it is. */
  surprise?: unknown;
  /** For the log: why the request was refused. Never a secret. */
  reason?: string;
  /** For the log: the program that asked for a token, by its id. */
  askedBy?: string;
}

const calls = new AsyncLocalStorage<OauthCall>();

export function during<T>(call: OauthCall, work: () => Promise<T>): Promise<T> {
  return calls.run(call, work);
}

export function currentCall(): OauthCall {
  return calls.getStore() ?? {};
}
