import type { SeedContext } from 'gatehouse';
import type { Database, Db } from '../tables.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const SECOND_MS = 1000;

/** What each part of the sample is planted with. */
export interface Soil {
  readonly db: Db;
  readonly user: string;
  id(): string;
  /** Unix milliseconds, on a whole second. */
  ago(days: number): number;
  /** When it was last this hour of the day (UTC), so many days before. */
  lastAt(hour: number, daysBefore: number): number;
}

export function soilOf(db: Db, user: string, { id, now }: Pick<SeedContext<Database>, 'id' | 'now'>): Soil {
  const present = now();
  const ago: Soil['ago'] = (days) => Math.floor((present - days * DAY_MS) / SECOND_MS) * SECOND_MS;
  const lastAt: Soil['lastAt'] = (hour, daysBefore) => Math.floor((present - hour * HOUR_MS) / DAY_MS) * DAY_MS + hour * HOUR_MS - daysBefore * DAY_MS;
  return { db, user, id, ago, lastAt };
}

/** What was planted, by its name in the sample. */
export type Planted = ReadonlyMap<string, string>;

export function planted(ids: Planted, name: string): string {
  const id = ids.get(name);
  if (id === undefined) throw new Error(`The sample has no "${name}".`);
  return id;
}

/** Within a project, and within a pipeline, names are enough; over all of them they are told apart by its name. */
export const within = (outer: string, name: string) => `${outer} / ${name}`;
