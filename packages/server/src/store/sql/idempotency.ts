import type { CallState, Ending, IdempotencyStore, KeyedCall } from '../idempotency.js';
import type { OwnStatements, OwnTypes } from './own-tables.js';
import { integer, type Row, text, textOrNull } from './rows.js';

/** Beyond the tenant's own calls no index but the one by age: rows come and go, and each index is paid for twice. */
export function idempotencyDdl(types: OwnTypes): readonly string[] {
  return [
    `create table gatehouse_idempotency (
  tenant_id ${types.text} not null,
  id ${types.text} not null,
  fingerprint ${types.text} not null,
  state ${types.text} not null check (state in ('running', 'changed', 'unclear', 'done')),
  claimed_at ${types.integer} not null,
  answer text,
  made text,
  primary key (tenant_id, id)
)${types.options}`,
    'create index gatehouse_idempotency_age on gatehouse_idempotency (claimed_at)',
    'create index gatehouse_idempotency_newest on gatehouse_idempotency (tenant_id, claimed_at)',
  ];
}

const FORGOTTEN_AT_ONCE = 500;
/** What was claimed may be released before it is looked at. */
const TRIES = 3;

/** The same statements for both databases; each place stands for one value, in order. */
function statementsOf(place: (n: number) => string) {
  const of = `tenant_id = ${place(1)} and id = ${place(2)}`;
  const open = `state in ('running', 'changed')`;
  const table = 'gatehouse_idempotency';
  return {
    claim: `insert into ${table} (tenant_id, id, fingerprint, state, claimed_at)
values (${place(1)}, ${place(2)}, ${place(3)}, 'running', ${place(4)})
on conflict (tenant_id, id) do update
set fingerprint = excluded.fingerprint, state = 'running', claimed_at = excluded.claimed_at, answer = null, made = null
where ${table}.claimed_at < ${place(5)} returning 1 as one`,
    find: `select fingerprint, state, claimed_at, answer, made from ${table} where ${of}`,
    changed: `update ${table} set state = 'changed' where ${of} and ${open} returning 1 as one`,
    settle: `update ${table} set state = ${place(1)}, answer = ${place(2)}, made = ${place(3)}
where tenant_id = ${place(4)} and id = ${place(5)} and ${open} returning 1 as one`,
    release: `delete from ${table} where ${of} and ${open} returning 1 as one`,
    forget: `delete from ${table} where (tenant_id, id) in
  (select tenant_id, id from ${table} where claimed_at < ${place(1)} order by claimed_at limit ${FORGOTTEN_AT_ONCE}) returning 1 as one`,
    trim: `delete from ${table} where tenant_id = ${place(1)} and claimed_at <=
  (select claimed_at from ${table} where tenant_id = ${place(2)} order by claimed_at desc limit 1 offset ${place(3)}) returning 1 as one`,
  };
}

/** The port over either database. */
export class SqlIdempotency implements IdempotencyStore {
  readonly #run: OwnStatements;
  readonly #sql: ReturnType<typeof statementsOf>;

  constructor(run: OwnStatements, place: (n: number) => string) {
    this.#run = run;
    this.#sql = statementsOf(place);
  }

  async claim(
    tenant: string,
    id: string,
    { fingerprint, claimedAt }: Pick<KeyedCall, 'fingerprint' | 'claimedAt'>,
    freeBefore: number,
  ): Promise<KeyedCall | undefined> {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const claimed = await this.#run.write(this.#sql.claim, [tenant, id, fingerprint, claimedAt, freeBefore], 'gatehouse_idempotency_claim');
      if (claimed.length > 0) return undefined;
      const [taken] = await this.#run.read(this.#sql.find, [tenant, id], 'gatehouse_idempotency_find');
      if (taken !== undefined) return keyedCall(taken);
    }
    // Others take it and let go of it all the time: one of them is at it.
    return { fingerprint, state: 'running', claimedAt, answer: null, made: null };
  }

  async markChanged(tenant: string, id: string): Promise<void> {
    await this.#run.write(this.#sql.changed, [tenant, id], 'gatehouse_idempotency_changed');
  }

  async settle(tenant: string, id: string, { state, answer, made }: Ending): Promise<void> {
    await this.#run.write(this.#sql.settle, [state, answer, made, tenant, id], 'gatehouse_idempotency_settle');
  }

  async release(tenant: string, id: string): Promise<void> {
    await this.#run.write(this.#sql.release, [tenant, id], 'gatehouse_idempotency_release');
  }

  async forget(before: number): Promise<boolean> {
    return (await this.#run.write(this.#sql.forget, [before], 'gatehouse_idempotency_forget')).length === FORGOTTEN_AT_ONCE;
  }

  async trim(tenant: string, keep: number): Promise<void> {
    await this.#run.write(this.#sql.trim, [tenant, tenant, keep], 'gatehouse_idempotency_trim');
  }
}

function keyedCall(row: Row): KeyedCall {
  return {
    fingerprint: text(row.fingerprint),
    state: text(row.state) as CallState,
    claimedAt: integer(row.claimed_at),
    answer: textOrNull(row.answer),
    made: textOrNull(row.made),
  };
}
