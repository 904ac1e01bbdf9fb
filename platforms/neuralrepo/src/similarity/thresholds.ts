import type { Db } from '../tables.js';

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

/** What the person has set; where no user is known, the one whose space this is. What cannot be read counts as not set. */
export async function thresholdsOf(db: Db, user: string | null | undefined): Promise<Thresholds> {
  const profiles = db.selectFrom('profiles').select('settings_json').orderBy('created_at').limit(1);
  const profile = await (typeof user === 'string' ? profiles.where('id', '=', user) : profiles).executeTakeFirst();
  const set = recordIn(profile?.settings_json ?? '{}');
  return {
    search: threshold(set.search_threshold),
    dedup: threshold(set.dedup_threshold) ?? DEDUP,
    related: threshold(set.related_threshold) ?? RELATED,
  };
}

function threshold(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0.1 && value <= 0.9 ? value : undefined;
}

function recordIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}
