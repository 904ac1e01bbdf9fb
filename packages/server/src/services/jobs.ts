import { Refusal, brief } from '@gatehouse/contract';
import { redact } from '../domain/redact.js';
import type { NewJob, TakenJob } from '../store/jobs.js';
import type { Store } from '../store/store.js';
import type { Unit } from '../store/unit.js';
import type { Metrics } from './metrics.js';
import type { Outage } from './outage.js';

/** Jobs that one process does at the same time. */
const AT_ONCE = 4;
/** For so long a job is left to whoever has it, who says again and again that it is still being done: a dead process is waited for no longer. */
const HELD_MS = 10_000;
const HOLD_EVERY_MS = 2_500;
const POLL_MS = 1_000;
const APART_MS = 50;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 3_600_000;
const SWEEP_MS = 600_000;
/** How long jobs that were given up are kept for the operator to see. */
const KEPT_MS = 7 * 86_400_000;
const ERROR_LENGTH = 500;

/** What a job answers: what it writes, in one unit of work with its end; or that what it belonged to is gone, and the job with it. */
export type Effect = ((unit: Unit) => Promise<unknown>) | 'gone' | undefined;

/** One kind of job, ready to be done. */
export interface Work {
  readonly name: string;
  readonly attempts: number;
  readonly timeLimitSeconds: number;
  /** Prepares; may be done more than once. A `Refusal` is final: trying again would not help. */
  run(job: TakenJob, signal: AbortSignal): Promise<Effect | Refusal>;
}

export interface JobsOptions {
  readonly store: Pick<Store, 'jobs' | 'tx'>;
  readonly works: readonly Work[];
  readonly newId: () => string;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly chance: () => number;
  readonly metrics: Pick<Metrics, 'jobs'>;
  readonly outage: Outage;
  readonly log: (event: object) => void;
}

/** Somebody else has it by now, and its effect is theirs to write. */
class LostJob extends Error {}

/** Does jobs after the calls that asked for them, each at least once, its effect exactly once. */
export class Jobs {
  readonly #options: JobsOptions;
  readonly #works: ReadonlyMap<string, Work>;
  readonly #names: readonly string[];
  readonly #running = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #sweeper: NodeJS.Timeout | undefined;
  #pumping: Promise<void> | undefined;
  #again = false;
  #open: number | undefined;
  /** Why jobs could not be taken the last time. */
  #trouble: unknown;

  constructor(options: JobsOptions) {
    this.#options = options;
    this.#works = new Map(options.works.map((work) => [work.name, work]));
    this.#names = [...this.#works.keys()];
  }

  /** Those that are not done, as last counted; asking has them counted anew. */
  get open(): number | undefined {
    const { store } = this.#options;
    if (this.#names.length > 0 && !this.#stop.signal.aborted)
      void this.#beside(async () => {
        this.#open = (await store.jobs.counts()).open;
      });
    return this.#open;
  }

  get running(): number {
    return this.#running.size;
  }

  /** Begins to do what is there. */
  start(): void {
    if (this.#names.length === 0) return;
    this.#sweeper = setInterval(() => void this.#beside(() => this.sweep()), SWEEP_MS).unref();
    this.wake();
  }

  /** Stored when it settles; inside a unit of work, with it. */
  async add(of: Pick<NewJob, 'tenant' | 'user' | 'name' | 'input'>, delayMs = 0): Promise<void> {
    const { store, newId, now } = this.#options;
    const createdAt = now();
    await store.jobs.add([{ ...of, id: newId(), createdAt, dueAt: createdAt + delayMs }], APART_MS);
  }

  /** There may be something to do. */
  wake(): void {
    if (this.#names.length === 0 || this.#stop.signal.aborted) return;
    this.#again = true;
    this.#pumping ??= this.#pump().finally(() => {
      this.#pumping = undefined;
      // Whoever woke it in between was not heard.
      if (this.#again) this.wake();
      else this.#later();
    });
  }

  /** Settles when nothing is due any more; rejects where that cannot be found out. */
  async settle(): Promise<void> {
    const { store, now } = this.#options;
    for (;;) {
      this.wake();
      await this.#pumping;
      await Promise.all(this.#running);
      if (this.#trouble !== undefined) throw this.#trouble;
      const due = await store.jobs.nextDue(this.#names);
      // One that ended meanwhile may have had another taken.
      const idle = this.#pumping === undefined && this.#running.size === 0;
      if (idle && (due === undefined || due > now())) return;
    }
  }

  /** Forgets what was given up long ago. */
  async sweep(): Promise<void> {
    const { store, now } = this.#options;
    while (await store.jobs.forget(now() - KEPT_MS));
  }

  /** Tells those that run to stop, and waits for them; what is not done is done after the next start. */
  async close(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#timer);
    clearInterval(this.#sweeper);
    await this.#pumping;
    await Promise.all(this.#running);
  }

  #later(): void {
    if (this.#stop.signal.aborted) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.wake(), POLL_MS).unref();
  }

  async #pump(): Promise<void> {
    while (this.#again && !this.#stop.signal.aborted) {
      this.#again = false;
      await this.#beside(() => this.#takeDue());
    }
  }

  async #takeDue(): Promise<void> {
    this.#trouble = undefined;
    const { store, now } = this.#options;
    const free = AT_ONCE - this.#running.size;
    if (free <= 0) return;
    const due = await store.jobs.nextDue(this.#names);
    const at = now();
    if (due === undefined || due > at) return;
    for (const job of await store.jobs.take(this.#names, at, at + HELD_MS, free)) {
      const done = this.#do(job).finally(() => {
        this.#running.delete(done);
        this.wake();
      });
      this.#running.add(done);
    }
  }

  async #do(job: TakenJob): Promise<void> {
    const work = this.#works.get(job.name);
    if (work === undefined) return;
    const { metrics, store, now } = this.#options;
    const holding = setInterval(() => void this.#beside(() => store.jobs.hold(job, now() + HELD_MS)), HOLD_EVERY_MS).unref();
    try {
      const refusal = await this.#carriedOut(job, work);
      if (refusal !== undefined) await this.#failed(job, work, refusal, true);
      else metrics.jobs.add(`${job.name} done`);
    } catch (error) {
      if (error instanceof LostJob) return;
      await this.#beside(() => this.#failed(job, work, error, false));
    } finally {
      clearInterval(holding);
    }
  }

  async #carriedOut(job: TakenJob, work: Work): Promise<Refusal | undefined> {
    const { store } = this.#options;
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(work.timeLimitSeconds * 1000)]);
    const effect = await orAborted(work.run(job, signal), signal);
    if (effect instanceof Refusal) return effect;
    if (effect === 'gone') return undefined;
    const written = await store.tx(job.tenant, async (unit) => {
      const answer = await effect?.(unit);
      if (answer instanceof Refusal) return answer;
      if (!(await store.jobs.finish(job))) throw new LostJob();
      return undefined;
    });
    return written instanceof Refusal ? written : undefined;
  }

  async #failed(job: TakenJob, { attempts }: Work, error: unknown, final: boolean): Promise<void> {
    const { store, now, chance, metrics, log, outage } = this.#options;
    const text = brief(redact(error instanceof Error ? error.message : String(error)), ERROR_LENGTH);
    if (this.#stop.signal.aborted) return store.jobs.postpone(job, now(), 'The server stopped');
    const outOfReach = outage.note(error) !== undefined;
    if (final || (job.attempt >= attempts && !outOfReach)) {
      metrics.jobs.add(`${job.name} failed`);
      log({ event: 'job_failed', job: job.name, id: job.id, tenant: job.tenant, attempt: job.attempt, error });
      return store.jobs.giveUp(job, now(), text);
    }
    metrics.jobs.add(`${job.name} retried`);
    log({ event: 'job_postponed', job: job.name, id: job.id, tenant: job.tenant, attempt: job.attempt, reason: text });
    return store.jobs.postpone(job, now() + pauseAfter(job.attempt, chance()), text);
  }

  /** What goes wrong beside the calls is noted, and tried again at the next turn. */
  async #beside(work: () => Promise<void>): Promise<void> {
    const { log, outage } = this.#options;
    try {
      await work();
    } catch (error) {
      this.#trouble = error;
      if (outage.note(error) === undefined) log({ event: 'jobs_upkeep_failed', error });
    }
  }
}

/** Twice as long each time, and not all at once. */
function pauseAfter(attempt: number, chance: number): number {
  return Math.round(Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS) * (0.75 + chance / 2));
}

/** Work that does not listen to its signal is waited for no longer; what comes of it is dropped. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new Error(signal.reason instanceof Error ? signal.reason.message : 'It was ended'));
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
