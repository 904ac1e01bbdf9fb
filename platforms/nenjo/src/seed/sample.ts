import type { SeedContext } from 'gatehouse';
import type { Database, Db } from '../tables.js';

const DAY_MS = 86_400_000;
const SECOND_MS = 1000;

/** What each part of the sample is planted with. */
export interface Soil {
  readonly db: Db;
  readonly user: string;
  id(): string;
  /** Unix milliseconds, on a whole second. */
  ago(days: number): number;
}

export function soilOf(db: Db, user: string, { id, now }: Pick<SeedContext<Database>, 'id' | 'now'>): Soil {
  const present = now();
  return { db, user, id, ago: (days) => Math.floor((present - days * DAY_MS) / SECOND_MS) * SECOND_MS };
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
