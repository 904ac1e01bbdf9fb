import { TENANT_SETTING } from '../sql/ddl-postgres.js';
import type { QueryResult, Session } from './session.js';

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Prepared under it. One of a bounded number. */
  readonly name?: string | undefined;
}

/** A statement of a tenant's handler; those of Gatehouse's own tables have no tenant. */
export interface TenantStatement extends Statement {
  readonly tenant: string;
  /** `raw` reads like `read`, and the database itself refuses whatever would change something. */
  readonly mode: 'read' | 'raw' | 'write';
}

const LOCK = 'pg_advisory_xact_lock(hashtextextended($1, 0))';
const TENANT = `set_config('${TENANT_SETTING}', $1, true), set_config('role', $2, true)`;

/**
 * Says to the database for whom it works, for one transaction: a tenant's statements run as the tenant role, which sees that
 * tenant's rows alone; Gatehouse's own as the serving role, which sees none of them.
 */
export class Acting {
  readonly #tenantRole: string | undefined;

  /** @param tenantRole undefined: the database's layer is off, and everything runs as who is connected */
  constructor(tenantRole: string | undefined) {
    this.#tenantRole = tenantRole;
  }

  asTenant(session: Session, tenant: string): Promise<QueryResult> {
    return this.#ask(session, TENANT, 'gatehouse_tenant', tenant);
  }

  /** And waits until no other transaction writes for that tenant, in any process. Answers the number of the database's own process. */
  asOnlyWriter(session: Session, tenant: string): Promise<QueryResult> {
    return this.#ask(session, `${TENANT}, ${LOCK}`, 'gatehouse_writer', tenant);
  }

  /** @returns undefined where there is nothing to do */
  asGatehouse(session: Session): Promise<QueryResult> | undefined {
    return this.#tenantRole === undefined ? undefined : session.query("select set_config('role', 'none', true)", [], 'gatehouse_own');
  }

  #ask(session: Session, what: string, name: string, tenant: string): Promise<QueryResult> {
    const text = `select ${what}, pg_backend_pid() as process`;
    if (this.#tenantRole !== undefined) return session.query(text, [tenant, this.#tenantRole], name);
    return session.query(what.includes(LOCK) ? `select ${LOCK}, pg_backend_pid() as process` : 'select $1', [tenant]);
  }
}

/** Answers of what was written at once. The first that failed says why, since those behind it were refused for its sake. */
export async function allOf(answers: readonly (Promise<QueryResult> | undefined)[]): Promise<void> {
  for (const answer of await Promise.allSettled(answers)) if (answer.status === 'rejected') throw answer.reason;
}

/** Whoever runs it waits until no other transaction has this lock. */
export function lockOf(name: string): Statement {
  return { text: `select ${LOCK}`, values: [name], name: 'gatehouse_lock' };
}

/** One statement on Gatehouse's own tables in a transaction of its own, written whole at once. It sees what was committed when it has the lock. */
export async function runInTurn(session: Session, lock: string, { text, values, name }: Statement): Promise<QueryResult> {
  const { text: locking, values: of, name: as } = lockOf(lock);
  const before = [session.query('begin'), session.query(locking, of, as)];
  const answer = session.query(text, values, name);
  await allOf([...before, answer, session.query('commit')]);
  return answer;
}

/** One statement of a tenant's in a transaction of its own, written whole at once. */
export async function runAlone(session: Session, acting: Acting, statement: TenantStatement): Promise<QueryResult> {
  const { tenant, mode, text, values, name } = statement;
  const before = [
    session.query(mode === 'write' ? 'begin' : 'begin read only'),
    mode === 'write' ? acting.asOnlyWriter(session, tenant) : acting.asTenant(session, tenant),
  ];
  const answer = session.query(text, values, name);
  await allOf([...before, answer, session.query('commit')]);
  return answer;
}
