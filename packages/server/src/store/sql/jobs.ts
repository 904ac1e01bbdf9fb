import type { JobCounts, JobStore, NewJob, TakenJob } from '../jobs.js';
import type { OwnStatements, OwnTypes } from './own-tables.js';
import { type Row, integer, text, textOrNull } from './rows.js';

/** `due_at` is also until when a job that was taken is left alone. `place` is its turn: jobs of one tenant stand apart. */
export function jobsDdl(types: OwnTypes): readonly string[] {
  return [
    `create table gatehouse_jobs (
  id ${types.text} primary key,
  tenant_id ${types.text} not null references gatehouse_tenants (id) on delete cascade,
  user_id ${types.text},
  name ${types.text} not null,
  input text not null,
  attempt ${types.integer} not null default 0,
  place ${types.integer} not null,
  due_at ${types.integer} not null,
  created_at ${types.integer} not null,
  failed_at ${types.integer},
  error text
)${types.options}`,
    'create index gatehouse_jobs_place on gatehouse_jobs (place) where failed_at is null',
    'create index gatehouse_jobs_due on gatehouse_jobs (due_at) where failed_at is null',
    'create index gatehouse_jobs_tenant on gatehouse_jobs (tenant_id, place)',
    'create index gatehouse_jobs_failed on gatehouse_jobs (failed_at) where failed_at is not null',
  ];
}

const FORGOTTEN_AT_ONCE = 500;

/** What the two databases say differently. */
export interface JobsDialect {
  readonly place: (n: number) => string;
  /** Behind the selection of rows to take: what others are taking is passed over. */
  readonly passOver: string;
}

function statementsOf({ place, passOver }: JobsDialect) {
  const names = (count: number, from: number): string => Array.from({ length: count }, (_, i) => place(from + i)).join(', ');
  const mine = (from: number): string => `id = ${place(from)} and attempt = ${place(from + 1)} and failed_at is null`;
  return {
    add: `insert into gatehouse_jobs (id, tenant_id, user_id, name, input, due_at, created_at, place)
select ${names(7, 1)}, case when max(place) + ${place(8)} > ${place(9)} then max(place) + ${place(10)} else ${place(11)} end
from gatehouse_jobs where tenant_id = ${place(12)} returning 1 as one`,
    take: (count: number) => `update gatehouse_jobs set attempt = attempt + 1, due_at = ${place(1)}
where id in (select id from gatehouse_jobs where failed_at is null and due_at <= ${place(2)} and name in (${names(count, 3)}) order by place limit ${place(count + 3)}${passOver})
returning id, tenant_id, user_id, name, input, attempt, created_at, place`,
    nextDue: (count: number) => `select due_at from gatehouse_jobs where failed_at is null and name in (${names(count, 1)}) order by due_at limit 1`,
    hold: `update gatehouse_jobs set due_at = ${place(1)} where ${mine(2)} returning 1 as one`,
    finish: `delete from gatehouse_jobs where ${mine(1)} returning 1 as one`,
    postpone: `update gatehouse_jobs set due_at = ${place(1)}, error = ${place(2)} where ${mine(3)} returning 1 as one`,
    giveUp: `update gatehouse_jobs set failed_at = ${place(1)}, error = ${place(2)} where ${mine(3)} returning 1 as one`,
    counts: 'select count(*) as every, count(failed_at) as failed from gatehouse_jobs',
    forget: `delete from gatehouse_jobs where id in
  (select id from gatehouse_jobs where failed_at < ${place(1)} order by failed_at limit ${FORGOTTEN_AT_ONCE}) returning 1 as one`,
  };
}

/** The port over either database. */
export class SqlJobs implements JobStore {
  readonly #run: OwnStatements;
  readonly #sql: ReturnType<typeof statementsOf>;

  constructor(run: OwnStatements, dialect: JobsDialect) {
    this.#run = run;
    this.#sql = statementsOf(dialect);
  }

  async add(jobs: readonly NewJob[], apartMs: number): Promise<void> {
    for (const { id, tenant, user, name, input, dueAt, createdAt } of jobs) {
      const values = [id, tenant, user, name, input, dueAt, createdAt, apartMs, createdAt, apartMs, createdAt, tenant];
      await this.#run.write(this.#sql.add, values, 'gatehouse_job_add');
    }
  }

  async take(names: readonly string[], now: number, until: number, most: number): Promise<readonly TakenJob[]> {
    const rows = await this.#run.write(this.#sql.take(names.length), [until, now, ...names, most], `gatehouse_job_take_${names.length}`);
    return [...rows].sort((one, other) => integer(one.place) - integer(other.place)).map(takenJob);
  }

  async nextDue(names: readonly string[]): Promise<number | undefined> {
    const [row] = await this.#run.read(this.#sql.nextDue(names.length), names, `gatehouse_job_next_${names.length}`);
    return row === undefined ? undefined : integer(row.due_at);
  }

  async hold({ id, attempt }: TakenJob, until: number): Promise<void> {
    await this.#run.write(this.#sql.hold, [until, id, attempt], 'gatehouse_job_hold');
  }

  async finish({ id, attempt }: TakenJob): Promise<boolean> {
    return (await this.#run.write(this.#sql.finish, [id, attempt], 'gatehouse_job_finish')).length === 1;
  }

  async postpone({ id, attempt }: TakenJob, dueAt: number, error: string): Promise<void> {
    await this.#run.write(this.#sql.postpone, [dueAt, error, id, attempt], 'gatehouse_job_postpone');
  }

  async giveUp({ id, attempt }: TakenJob, at: number, error: string): Promise<void> {
    await this.#run.write(this.#sql.giveUp, [at, error, id, attempt], 'gatehouse_job_give_up');
  }

  async counts(): Promise<JobCounts> {
    const [row] = await this.#run.read(this.#sql.counts, [], 'gatehouse_job_counts');
    const failed = row === undefined ? 0 : integer(row.failed);
    return { open: row === undefined ? 0 : integer(row.every) - failed, failed };
  }

  async forget(before: number): Promise<boolean> {
    return (await this.#run.write(this.#sql.forget, [before], 'gatehouse_job_forget')).length === FORGOTTEN_AT_ONCE;
  }
}

function takenJob(row: Row): TakenJob {
  return {
    id: text(row.id),
    tenant: text(row.tenant_id),
    user: textOrNull(row.user_id),
    name: text(row.name),
    input: text(row.input),
    attempt: integer(row.attempt),
    createdAt: integer(row.created_at),
  };
}
