import type { Break } from './simulated/rules.js';
import { Random } from './simulated/random.js';
import { type Counts, SimWorld, noCounts } from './simulated/world.js';

export type { Break } from './simulated/rules.js';
export type { Counts } from './simulated/world.js';

export interface SimulationOptions {
  readonly seed: number;
  /** At least so many, in whole lives of a fleet. */
  readonly steps: number;
  /** A rule to leave out. Then it ends with the first violation. */
  readonly broken?: Break;
}

/** Fleets from start through storm to calm, one after the other. */
export function simulate({ seed, steps, broken }: SimulationOptions): Counts {
  const counts = noCounts();
  const seeds = new Random(seed);
  while (counts.steps < steps && !(broken !== undefined && counts.violations > 0)) {
    new SimWorld(Math.floor(seeds.next() * 4_294_967_296), broken, counts).run();
  }
  return counts;
}

/** Each rule, and that the simulation sees it missing, proves that it is needed. */
export const breaks: readonly Break[] = [
  'no acknowledgement',
  'no lease',
  'trust counted from the answer',
  'no epochs',
  'nothing deleted before it counts as dead',
  'nothing dropped at joining',
  'time of day ignored',
];
