import type { SeedContext } from 'gatehouse';
import type { Database } from '../tables.js';
import type { SampleBusiness } from './shapes.js';

/** What the parts of a seed share. */
export interface Planting {
  readonly business: SampleBusiness;
  readonly context: SeedContext<Database>;
  /** When it began, Unix milliseconds. */
  readonly since: number;
  newId(): string;
  /** From 0 to 1, the same each time. */
  chance(): number;
  /** Moments of the sixty days until now, about so many a day, the earliest first. */
  moments(aDay: number): readonly number[];
}
