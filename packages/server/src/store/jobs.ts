/** Work that is done after the call that asked for it. Times are Unix milliseconds. */
export interface NewJob {
  readonly id: string;
  readonly tenant: string;
  /** Who asked for it. */
  readonly user: string | null;
  readonly name: string;
  /** JSON. */
  readonly input: string;
  readonly dueAt: number;
  readonly createdAt: number;
}

/** A job that was taken, for as long as nobody else takes it. */
export interface TakenJob extends Omit<NewJob, 'dueAt'> {
  /** 1 for the first time. With the id it says who has it: whoever took it before has it no longer. */
  readonly attempt: number;
}

export interface JobCounts {
  /** Those that wait, are done now or are tried again later. */
  readonly open: number;
  /** Those that were given up. */
  readonly failed: number;
}

/** Jobs, each done at least once. Each verb is atomic; `add` and `finish` are part of the unit of work around them, where there is one. */
export interface JobStore {
  /** @param apartMs how far one tenant's jobs stand apart in the queue, so that many of one do not hold up the few of another */
  add(jobs: readonly NewJob[], apartMs: number): Promise<void>;
  /** Takes those that are due, at most so many. No other process is given them before `until`. */
  take(names: readonly string[], now: number, until: number, most: number): Promise<readonly TakenJob[]>;
  /** It is being done still, and left alone until then. */
  hold(job: TakenJob, until: number): Promise<void>;
  /** When the next one is due, among those that are not given up; undefined: there is none. One cheap read. */
  nextDue(names: readonly string[]): Promise<number | undefined>;
  /** It is done, and gone. false: somebody else has it by now. */
  finish(job: TakenJob): Promise<boolean>;
  /** It is tried again. What went wrong is for the operator. */
  postpone(job: TakenJob, dueAt: number, error: string): Promise<void>;
  /** It is tried no more, and kept for the operator to see. */
  giveUp(job: TakenJob, at: number, error: string): Promise<void>;
  counts(): Promise<JobCounts>;
  /** Forgets those that were given up before, at most some hundreds at once. Answers whether there may be more. */
  forget(before: number): Promise<boolean>;
}
