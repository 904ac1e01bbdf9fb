import type { Db } from '../tables.js';
import { settingsOf } from '../user/settings.js';

export interface Thresholds {
  /** How like a question an idea must be to be found; undefined: as the embedder says. */
  readonly search: number | undefined;
  /** From here on, two ideas may be one. */
  readonly dedup: number;
  /** From here on, two ideas are related. */
  readonly related: number;
}

const DEDUP = 0.75;
const RELATED = 0.5;

/** What the person has set, or the defaults. */
export async function thresholdsOf(db: Db, user: string | null | undefined): Promise<Thresholds> {
  const { search_threshold: search, dedup_threshold: dedup = DEDUP, related_threshold: related = RELATED } = await settingsOf(db, user);
  return { search, dedup, related };
}
