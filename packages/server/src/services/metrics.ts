import { readdirSync } from 'node:fs';
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { ErrorCode } from '@gatehouse/contract';
import { DURATION_BOUNDS, type Family, type Sample, type Snapshot, labelled } from '../domain/metrics.js';

/** Milliseconds, so that the hot path divides nothing. */
const BOUNDS_MS = DURATION_BOUNDS.map((seconds) => seconds * 1000);
const BUCKETS = BOUNDS_MS.length + 1;

/** Counts by bucket, then the sum in microseconds: one array, so that adding to it allocates nothing. */
class Durations {
  readonly values = new Float64Array(BUCKETS + 1);

  add(ms: number): void {
    let bucket = 0;
    while (bucket < BUCKETS - 1 && ms > (BOUNDS_MS[bucket] ?? 0)) bucket += 1;
    this.values[bucket] = (this.values[bucket] ?? 0) + 1;
    this.values[BUCKETS] = (this.values[BUCKETS] ?? 0) + Math.round(ms * 1000);
  }
}

/** The calls of one operation over one surface. */
export class Calls {
  readonly operation: string;
  readonly surface: string;
  readonly #ok = new Durations();
  readonly #failed = new Map<ErrorCode, Durations>();

  constructor(operation: string, surface: string) {
    this.operation = operation;
    this.surface = surface;
  }

  /** @param code undefined: it succeeded */
  add(code: ErrorCode | undefined, ms: number): void {
    if (code === undefined) this.#ok.add(ms);
    else this.#of(code).add(ms);
  }

  /** Outcomes that were met. */
  *samples(): Iterable<Sample> {
    const { operation, surface } = this;
    for (const [outcome, { values }] of [['ok', this.#ok] as const, ...this.#failed]) {
      const sum = (values[BUCKETS] ?? 0) / 1e6;
      if (values.some((value) => value > 0)) yield { labels: labelled({ operation, surface, outcome }), values: [...values.subarray(0, BUCKETS), sum] };
    }
  }

  #of(code: ErrorCode): Durations {
    const known = this.#failed.get(code) ?? new Durations();
    this.#failed.set(code, known);
    return known;
  }
}

/** How many times something happened, by one label of few values, or by several with spaces between their values. */
export class Counts {
  readonly #counts = new Map<string, number>();

  add(value: string): void {
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
  }

  samples(...labels: readonly string[]): Sample[] {
    return [...this.#counts].map(([value, count]) => {
      const parts = value.split(' ');
      return { labels: labelled(Object.fromEntries(labels.map((label, i) => [label, parts[i] ?? '']))), values: [count] };
    });
  }
}

/** What is asked for when somebody looks. */
export interface Reading {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  /** @default 'sum' */
  readonly together?: Family['together'];
  /** Not told where it is not known. */
  readonly read: () => number | undefined;
}

/** Counts what happens, for whoever asks. Names of operations, outcomes and reasons alone are told apart: never whose call it was. */
export class Metrics {
  readonly refusals = new Counts();
  readonly limits = new Counts();
  /** By the job's name and how it ended: `<name> <done|retried|failed>`. */
  readonly jobs = new Counts();
  readonly #calls: Calls[] = [];
  readonly #readings: Reading[] = [];

  /** Counters of an operation's calls; ask once, and keep them. */
  calls(operation: string, surface: string): Calls {
    const calls = new Calls(operation, surface);
    this.#calls.push(calls);
    return calls;
  }

  watch(...readings: readonly Reading[]): void {
    this.#readings.push(...readings);
  }

  snapshot(): Snapshot {
    const calls = this.#calls.flatMap((each) => [...each.samples()]);
    const family = (name: string, help: string, type: Family['type'], samples: readonly Sample[]): Family => ({ name, help, type, together: 'sum', samples });
    return [
      family('gatehouse_calls', 'Calls of operations that ended, by outcome: ok, or the code of the error.', 'counter', calls.map(counted)),
      family('gatehouse_call_duration_seconds', 'How long calls took, from the credential to the outcome.', 'histogram', calls),
      family('gatehouse_authentication_refusals', 'Requests whose credential was refused or missing, by reason.', 'counter', this.refusals.samples('reason')),
      family('gatehouse_jobs', 'Jobs that were done, are tried again, or were given up.', 'counter', this.jobs.samples('job', 'outcome')),
      family('gatehouse_limits_hit', 'Requests refused by a limit, by whose it is.', 'counter', this.limits.samples('of')),
      ...this.#readings.flatMap(({ name, help, type, together = 'sum', read }) => {
        const value = read();
        return value === undefined ? [] : [{ name, help, type, together, samples: [{ labels: '', values: [value] }] }];
      }),
    ];
  }
}

function counted({ labels, values }: Sample): Sample {
  return { labels, values: [values.slice(0, BUCKETS).reduce((sum, count) => sum + count, 0)] };
}

/** This process, with the names that dashboards for Node know. */
export function processReadings(now: () => number): readonly Reading[] {
  const delay = loopDelay();
  return [
    counter('process_cpu_seconds', 'CPU time of user and system.', () => cpuSeconds()),
    gauge('process_resident_memory_bytes', 'Memory of the process.', () => process.memoryUsage.rss()),
    { ...gauge('process_start_time_seconds', 'When the process started, Unix seconds.', () => now() / 1000 - process.uptime()), together: 'min' },
    gauge('process_open_fds', 'Open files and sockets.', openFiles),
    gauge('gatehouse_processes', 'Processes that serve.', () => 1),
    gauge('nodejs_heap_size_used_bytes', 'Memory of JavaScript objects in use.', () => process.memoryUsage().heapUsed),
    gauge('nodejs_active_handles', 'What keeps the event loop going: sockets, timers, requests.', () => process.getActiveResourcesInfo().length),
    { ...gauge('nodejs_eventloop_lag_p50_seconds', 'Lag of the event loop since it was last asked: median.', () => delay(50)), together: 'max' },
    { ...gauge('nodejs_eventloop_lag_p99_seconds', 'Lag of the event loop since it was last asked: 99th percentile.', () => delay(99)), together: 'max' },
    { ...gauge('nodejs_eventloop_lag_max_seconds', 'Lag of the event loop since it was last asked: greatest.', () => delay(100)), together: 'max' },
  ];
}

export function gauge(name: string, help: string, read: () => number | undefined): Reading {
  return { name, help, type: 'gauge', read };
}

export function counter(name: string, help: string, read: () => number | undefined): Reading {
  return { name, help, type: 'counter', read };
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Where the operating system tells. */
function openFiles(): number | undefined {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return undefined;
  }
}

const RESOLUTION_MS = 20;

/** Measured from the first time that somebody asks: a timer that nobody reads costs something too. Asked for the greatest, it begins anew. */
function loopDelay(): (percentile: number) => number {
  let histogram: IntervalHistogram | undefined;
  return (percentile) => {
    if (histogram === undefined) {
      histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
      histogram.enable();
    }
    const late = histogram.count === 0 ? 0 : Math.max(0, histogram.percentile(percentile) / 1e9 - RESOLUTION_MS / 1000);
    if (percentile === 100) histogram.reset();
    return late;
  };
}
