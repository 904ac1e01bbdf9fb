import { type WhileOpenOptions, whileOpen } from '../sql/while-open.js';
import { type Acting, allOf, type TenantStatement } from './acting.js';
import type { QueryResult, Session } from './session.js';

export type Read = (statement: TenantStatement) => Promise<QueryResult>;

export interface SnapshotOptions extends WhileOpenOptions {
  readonly session: Session;
  readonly acting: Acting;
  readonly tenant: string;
}

/** Does `work` with readings of one moment, which wait for nobody who writes: what is asked at once is written at once. */
export async function runSnapshot<T>({ session, acting, tenant, ...options }: SnapshotOptions, work: (read: Read) => Promise<T>): Promise<T> {
  const begun = [session.query('begin isolation level repeatable read read only'), acting.asTenant(session, tenant)];
  const read: Read = async ({ text, values, name }) => {
    const answer = session.query(text, values, name);
    await allOf([...begun, answer]);
    return answer;
  };
  try {
    return await whileOpen(read, work, options);
  } finally {
    // Nothing was written. Where the database ended the transaction, this ends it too.
    if (session.alive) await allOf([...begun, session.query('rollback')]).catch(() => session.destroy());
    else await Promise.allSettled(begun);
  }
}
