import { fleetSettings } from '../../../src/store/fleet/settings.js';
import { SimDatabase, type Tally } from './database.js';
import { SimProcess } from './process.js';
import { Random } from './random.js';
import type { Break, SimRequest, SimRevocation, World } from './rules.js';
import { Timeline } from './timeline.js';

export interface Counts extends Tally {
  steps: number;
  revocations: number;
  settled: number;
  givenUp: number;
  acceptedFromCache: number;
  acceptedAfterReading: number;
  refused: number;
  pauses: number;
  sleeps: number;
  crashes: number;
  cuts: number;
  isolations: number;
  restarts: number;
  /** Requests that began after the revocation's answer, and were accepted. */
  violations: number;
  /** How many steps it took to the first; undefined where there is none. */
  firstViolation: number | undefined;
  /** Barriers that were begun when all had been healed, and had not settled when they should have. */
  overdue: number;
  /** The longest that a barrier took when all had been healed, but for one process that had just died; milliseconds. */
  longestCalm: number;
  longest: number;
  /** Processes that did not trust their caches again when all had been healed. */
  distrustful: number;
}

export function noCounts(): Counts {
  const zero = { steps: 0, revocations: 0, settled: 0, givenUp: 0, acceptedFromCache: 0, acceptedAfterReading: 0, refused: 0 };
  const faults = { pauses: 0, sleeps: 0, crashes: 0, cuts: 0, isolations: 0, restarts: 0, lost: 0, late: 0, doubled: 0 };
  return { ...zero, ...faults, violations: 0, firstViolation: undefined, overdue: 0, longestCalm: 0, longest: 0, distrustful: 0 };
}

const STORM_MS = 40_000;
/** From the last fault to where all must be well: sessions that died without a word are given up by then. */
const HEALING_MS = 12_000;
const CALM_MS = 8_000;
const SETTLED_WITHIN_MS = fleetSettings.leaseMs * 1.07 + fleetSettings.askAgainMs + 50;

/** One fleet, from its start through a storm of faults to a calm in which it must recover. */
export class SimWorld implements World {
  readonly time = new Timeline();
  readonly random: Random;
  readonly database: SimDatabase;
  readonly settings = fleetSettings;
  readonly broken: Break | undefined;
  readonly #counts: Counts;
  readonly #processes: SimProcess[] = [];
  readonly #stepsBefore: number;
  #keys: string[] = [];
  /** Revoked of late: what clients go on trying. */
  #recent: string[] = [];
  readonly #answeredAt = new Map<string, number>();
  readonly #open = new Set<SimRevocation>();
  #count = 0;
  #calmFrom = Number.POSITIVE_INFINITY;

  constructor(seed: number, broken: Break | undefined, counts: Counts) {
    this.random = new Random(seed);
    this.broken = broken;
    this.#counts = counts;
    this.#stepsBefore = counts.steps;
    this.database = new SimDatabase(this.time, this.random, counts);
    for (let i = 0; i < 3 + Math.floor(this.random.between(0, 3)); i += 1) this.#start();
    for (let i = 0; i < 16; i += 1) this.#keys.push(this.#newKey());
  }

  run(): void {
    this.#often(1.5, () => this.#request());
    this.#often(150, () => this.#revoke());
    this.#often(500, () => this.#fault());
    this.#often(300, () => this.database.flush());
    this.time.run(STORM_MS);
    this.#calm();
    this.time.run(STORM_MS + HEALING_MS);
    this.#calmFrom = this.time.now;
    this.#crash(false);
    this.time.run(STORM_MS + HEALING_MS + CALM_MS);
    for (const { barrierAt } of this.#open) if (barrierAt > this.#calmFrom && this.time.now - barrierAt > SETTLED_WITHIN_MS) this.#counts.overdue += 1;
    this.#counts.distrustful += this.#processes.filter((process) => !process.trusts()).length;
    this.#counts.steps = this.#stepsBefore + this.time.steps;
  }

  accepted({ key, began }: SimRequest, how: 'cache' | 'read'): void {
    if (how === 'cache') this.#counts.acceptedFromCache += 1;
    else this.#counts.acceptedAfterReading += 1;
    const answered = this.#answeredAt.get(key);
    if (answered === undefined || began <= answered) return;
    this.#counts.violations += 1;
    this.#counts.firstViolation ??= this.#stepsBefore + this.time.steps;
  }

  refused(): void {
    this.#counts.refused += 1;
  }

  answered(revocation: SimRevocation, how: 'settled' | 'given up'): void {
    const took = this.time.now - revocation.barrierAt;
    this.#open.delete(revocation);
    if (how === 'settled') {
      this.#counts.settled += 1;
      this.#counts.longest = Math.max(this.#counts.longest, took);
      this.#answeredAt.set(revocation.key, this.time.now);
    } else this.#counts.givenUp += 1;
    if (revocation.barrierAt <= this.#calmFrom) return;
    this.#counts.longestCalm = Math.max(this.#counts.longestCalm, took);
    if (took > SETTLED_WITHIN_MS) this.#counts.overdue += 1;
  }

  #often(mean: number, run: () => void): void {
    this.time.after(this.random.wait(mean), () => {
      run();
      this.#often(mean, run);
    });
  }

  #newKey(): string {
    this.#count += 1;
    return `k${this.#count}`;
  }

  #start(): void {
    this.#count += 1;
    this.#processes.push(new SimProcess(this, `p${this.#count}`));
  }

  #request(): void {
    const key = this.random.pick(this.random.chance(0.5) ? this.#keys : this.#recent);
    const process = this.random.pick(this.#processes);
    if (key === undefined || process === undefined) return;
    const began = this.time.now;
    this.time.after(this.random.chance(0.02) ? this.random.between(0, 1_000) : this.random.between(0, 2), () => process.request({ key, began }));
  }

  #revoke(): void {
    const key = this.random.pick(this.#keys);
    const process = this.random.pick(this.#processes);
    if (key === undefined || process === undefined) return;
    this.#keys = [...this.#keys.filter((other) => other !== key), this.#newKey()];
    this.#recent = [key, ...this.#recent.slice(0, 24)];
    this.#counts.revocations += 1;
    const revocation = { key, barrierAt: 0 };
    this.#open.add(revocation);
    process.revoke(revocation);
  }

  #fault(): void {
    if (this.time.now > STORM_MS) return;
    const { random, database } = this;
    const process = random.pick(this.#processes);
    const kind = random.next();
    if (kind < 0.2) this.#pause(process, random.chance(0.15));
    else if (kind < 0.5) this.#cut(process);
    else if (kind < 0.6) this.#isolate(process);
    else if (kind < 0.68) this.#crash(true);
    else if (kind < 0.74) this.#restart();
    else if (kind < 0.82) process?.clocks.setRate(random.between(0.97, 1.03));
    else if (kind < 0.87) process?.clocks.setWall(random.between(-5_000, 5_000));
    else if (random.chance(0.5))
      database.weather = { lost: random.chance(0.2) ? 0.9 : random.between(0, 0.4), late: random.between(0, 0.4), doubled: random.between(0, 0.2), slow: 0 };
    else database.weather = { lost: 0, late: 0, doubled: 0, slow: random.chance(0.5) ? random.between(0, 0.05) : 0 };
  }

  #pause(process: SimProcess | undefined, asleep: boolean): void {
    if (asleep) this.#counts.sleeps += 1;
    else this.#counts.pauses += 1;
    process?.pause(this.random.chance(0.1) ? 10_000 : this.random.between(50, 4_000), asleep);
  }

  #cut(process: SimProcess | undefined): void {
    this.#counts.cuts += 1;
    const how = this.random.pick(['silently', 'downwards', 'plainly'] as const) ?? 'plainly';
    if (this.random.chance(0.2)) process?.hands.loseQuestions(this.random.between(1_000, 8_000));
    else process?.hands.cut(this.random.chance(0.7) ? 'listener' : 'control', how);
  }

  #isolate(process: SimProcess | undefined): void {
    this.#counts.isolations += 1;
    process?.isolate(this.random.between(500, 6_000));
  }

  #restart(): void {
    if (!this.database.up) return;
    this.#counts.restarts += 1;
    this.database.restart(this.random.between(20, 3_000));
  }

  #crash(another: boolean): void {
    const process = this.random.pick(this.#processes);
    if (process === undefined) return;
    this.#counts.crashes += 1;
    process.crash();
    this.#processes.splice(this.#processes.indexOf(process), 1);
    if (another) this.time.after(this.random.between(100, 3_000), () => this.#start());
  }

  #calm(): void {
    this.database.weather = { lost: 0, late: 0, doubled: 0, slow: 0 };
  }
}
