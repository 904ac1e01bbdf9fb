import { type Refusal, parse } from '@gatehouse/contract';
import type { z } from 'zod';
import type { TableDef } from '../domain/tables.js';
import type { Effect, Work } from '../services/jobs.js';
import type { TakenJob } from '../store/jobs.js';
import type { Store } from '../store/store.js';
import type { DatabaseOf, TenantDb, Unit } from '../store/unit.js';
import { type MeansOptions, type PlatformMeans, sealedFor } from './means.js';

/** A kind of work that is done after the call that asks for it: stored with the call's own changes, and tried until it is done. */
export interface Job<In extends z.ZodObject = z.ZodObject> {
  /** `ideas_embed` */
  readonly name: string;
  readonly input: In;
  /** How often it is tried before it is given up, at growing pauses of a second to an hour. @default 12 */
  readonly attempts?: number;
  /** @default 60 */
  readonly timeLimitSeconds?: number;
}

/** What a job is given beside its input. */
export interface JobContext<Database = never> extends PlatformMeans {
  readonly tenant: string;
  /** Who asked for it; null: nobody, or a key that belongs to no user. */
  readonly user: string | null;
  /** 1 for the first time. */
  readonly attempt: number;
  /** Statement by statement, within the tenant. */
  readonly db: TenantDb<Database>;
  now(): number;
  id(): string;
  /** Asks for another job; inside of an effect it is stored with it. */
  enqueue<In extends z.ZodObject>(job: Job<In>, input: z.input<In>, options?: Enqueueing): Promise<void>;
  /** Aborted when the time is over, or the server stops. */
  readonly signal: AbortSignal;
  log(event: object): void;
}

export interface Enqueueing {
  /** Not before so many seconds. @default 0 */
  readonly delaySeconds?: number;
}

/**
 * Does a job. What is done before it answers may be done again, after a crash or a failure; what it answers is its effect: done in one unit
 * of work with the job's end, and so once. A `Refusal` gives the job up; anything thrown is tried again.
 */
export type JobHandler<In extends z.ZodObject, Database> = (
  input: z.output<In>,
  context: JobContext<Database>,
) => Promise<((unit: Unit<Database>) => Promise<unknown>) | Refusal | undefined>;

export interface JobBinding {
  readonly job: Job;
  readonly run: (input: never, context: never) => Promise<unknown>;
}

/** Joins a job to the function that does it. */
export type BindJob<Database> = <In extends z.ZodObject>(job: Job<In>, run: JobHandler<In, Database>) => JobBinding;

export function bindJobsTo<const Tables extends readonly TableDef[]>(_tables: Tables): BindJob<DatabaseOf<Tables>> {
  return (job, run) => ({ job: job as unknown as Job, run });
}

const ATTEMPTS = 12;
const SECONDS = 60;

export interface WorksOptions {
  readonly store: Pick<Store, 'db'>;
  readonly means: MeansOptions;
  readonly enqueue: (of: Pick<TakenJob, 'tenant' | 'user'>) => JobContext['enqueue'];
  readonly now: () => number;
  readonly newId: () => string;
  readonly log: (event: object) => void;
}

/** Bound jobs as the service does them. */
export function worksOf(bindings: readonly JobBinding[], options: WorksOptions): readonly Work[] {
  return bindings.map(({ job, run }) => ({
    name: job.name,
    attempts: job.attempts ?? ATTEMPTS,
    timeLimitSeconds: job.timeLimitSeconds ?? SECONDS,
    async run(taken, signal): Promise<Effect | Refusal> {
      const parsed = parse(job.input, JSON.parse(taken.input));
      // Stored by an older version that had another idea of it.
      if (!parsed.ok) throw new Error(`The input of ${job.name} does not fit: ${parsed.issues.map(({ path, message }) => `${path}: ${message}`).join('; ')}`);
      return (await run(parsed.value as never, contextOf(taken, signal, options) as never)) as Effect | Refusal;
    },
  }));
}

function contextOf(taken: TakenJob, signal: AbortSignal, { store, means, enqueue, now, newId, log }: WorksOptions): JobContext {
  const { tenant, user, attempt, name, id } = taken;
  return {
    tenant,
    user,
    attempt,
    db: store.db(tenant),
    now,
    id: newId,
    settings: means.settings,
    sealed: sealedFor(tenant, means.seal),
    egress: means.egress,
    pageUrl: (path, parameters) => means.pageUrl(tenant, path, parameters),
    randomInt: means.randomInt,
    enqueue: enqueue({ tenant, user }),
    signal,
    log: (event) => log({ ...event, job: name, job_id: id }),
  };
}

/** What is stored of a job that somebody asks for. @throws where the input does not fit: a mistake of the platform */
export function jobInput<In extends z.ZodObject>(job: Job<In>, input: z.input<In>): string {
  const parsed = parse(job.input as unknown as z.ZodObject, input);
  if (!parsed.ok)
    throw new Error(`${job.name} was asked for with an input that does not fit: ${parsed.issues.map(({ path, message }) => `${path}: ${message}`).join('; ')}`);
  return JSON.stringify(input);
}
