import type { FleetSettings } from '../../../src/store/fleet/settings.js';
import type { SimDatabase } from './database.js';
import type { Random } from './random.js';
import type { Timeline } from './timeline.js';

/** A rule left out on purpose, to see that the simulation notices. */
export type Break =
  | 'no acknowledgement'
  | 'no lease'
  | 'trust counted from the answer'
  | 'no epochs'
  | 'nothing deleted before it counts as dead'
  | 'nothing dropped at joining'
  | 'time of day ignored';

export interface SimRequest {
  readonly key: string;
  readonly began: number;
}

export interface World {
  readonly time: Timeline;
  readonly random: Random;
  readonly database: SimDatabase;
  readonly settings: FleetSettings;
  readonly broken: Break | undefined;
  /** A process has let a request in. */
  accepted(request: SimRequest, how: 'cache' | 'read'): void;
  refused(request: SimRequest): void;
  /** A revocation is answered. */
  answered(revocation: SimRevocation, how: 'settled' | 'given up'): void;
}

export interface SimRevocation {
  readonly key: string;
  barrierAt: number;
}
