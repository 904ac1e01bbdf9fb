import { slackOf } from '../../domain/window.js';
import type { SharedLedgerStore, Slice, Wanted } from '../store.js';

/** One statement, committed by itself. */
export type RunStatement = (
  text: string,
  values: readonly unknown[],
  name?: string,
) => Promise<{ readonly rows: readonly Readonly<Record<string, unknown>>[]; readonly rowCount: number }>;

export interface LedgerOptions {
  /** Unix milliseconds. @default the database's clock, which is one and the same for every process */
  readonly now?: (() => number) | undefined;
}

const SWEEP_EVERY_MS = 60_000;
const SWEEP_AGAIN_MS = 1000;
const SWEPT_AT_ONCE = 500;

/**
 * Cuts a slice of every bucket asked for. The arithmetic is that of domain/window.ts: a bucket holds from its arrival time, or now, to
 * a period from now, and a slice takes the beginning of it. Buckets are locked in one order, so that two processes never wait for each
 * other. The commit does not wait for the disk: what a crash of the database forgets of the last half second is room that is given
 * twice, and every limited call would pay for it with a sync.
 */
const CUT = `with clock as (
  select coalesce($7::float8, (extract(epoch from clock_timestamp()) * 1000)::float8) as now, set_config('synchronous_commit', 'off', true) as commits
), wanted as materialized (
  select w.*, case when w.aligned then (floor(c.now / w.period) + 1) * w.period else c.now end as at
  from clock c, unnest($1::text[], $2::float8[], $3::float8[], $4::float8[], $5::float8[], $6::float8[], $8::boolean[])
    as w (bucket, period, step, slack, calls, least, aligned)
)
insert into gatehouse_ledger as kept (bucket, cut_from, arrival)
select w.bucket, w.at, w.at + case when r.room < w.least then 0 else least(w.calls, r.room) end * w.step
from wanted w, lateral (select floor(w.period / w.step + w.slack) as room) r
order by w.bucket collate "C"
on conflict (bucket) do update set (cut_from, arrival) = (
  select h.held, h.held + case when r.room < w.least then 0 else least(w.calls, r.room) end * w.step
  from wanted w,
    lateral (select least(greatest(kept.arrival, w.at), w.at + w.period) as held) h,
    lateral (select floor((w.at + w.period - h.held) / w.step + w.slack) as room) r
  where w.bucket = kept.bucket
)
returning bucket, cut_from, arrival, (select now from clock) as now`;

/** A bucket whose arrival time has passed is full, and not worth a row. Rows that somebody is cutting are left for the next time. */
const SWEEP = `delete from gatehouse_ledger where bucket in (
  select bucket from gatehouse_ledger where arrival <= $1::float8 limit ${SWEPT_AT_ONCE} for update skip locked
)`;

/** Where the limits of all processes are kept. */
export class PostgresLedger implements SharedLedgerStore {
  readonly shared = true;
  readonly #run: RunStatement;
  readonly #now: (() => number) | undefined;
  #sweepAt = 0;

  constructor(run: RunStatement, options: LedgerOptions = {}) {
    this.#run = run;
    this.#now = options.now;
  }

  async cut(wanted: readonly Wanted[]): Promise<readonly Slice[]> {
    const periods = wanted.map(({ bucket }) => bucket.periodSeconds * 1000);
    const values = [
      wanted.map(({ bucket }) => bucket.key),
      periods,
      wanted.map(({ bucket }, index) => (periods[index] ?? 0) / bucket.limit),
      wanted.map(({ bucket }) => slackOf(bucket)),
      wanted.map(({ calls }) => calls),
      wanted.map(({ least }) => least),
      this.#now?.() ?? null,
      wanted.map(({ bucket }) => bucket.aligned === true),
    ];
    const { rows } = await this.#run(CUT, values, 'gatehouse_cut');
    const slices = new Map(rows.map((row) => [row.bucket, sliceOf(row)]));
    const cut = wanted.map(({ bucket }) => slices.get(bucket.key));
    if (!cut.every((slice) => slice !== undefined)) throw new Error('The database did not answer for every bucket');
    const [first] = cut;
    if (first !== undefined) this.#sweep(first.now);
    return cut;
  }

  /** Beside the calls: none waits for it, and where it fails the next one does it. */
  #sweep(now: number): void {
    if (now < this.#sweepAt && now > this.#sweepAt - SWEEP_EVERY_MS * 2) return;
    const first = this.#sweepAt === 0;
    this.#sweepAt = now + SWEEP_EVERY_MS;
    if (first) return;
    this.#run(SWEEP, [now], 'gatehouse_sweep').then(
      ({ rowCount }) => {
        if (rowCount === SWEPT_AT_ONCE) this.#sweepAt = now + SWEEP_AGAIN_MS;
      },
      () => undefined,
    );
  }
}

function sliceOf({ cut_from: from, arrival, now }: Readonly<Record<string, unknown>>): Slice {
  return { from: Number(from), until: Number(arrival), arrival: Number(arrival), now: Number(now) };
}
