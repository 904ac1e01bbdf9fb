import { z } from 'zod';
import { providers } from '../ideas/values.js';
import type { Db } from '../tables.js';

const threshold = z.number().min(0.1).max(0.9).optional();

/** What the settings that there are must look like. Others are kept as they are: a client may have its own. */
const known = z.looseObject({
  preferred_ai_provider: z.enum(providers).optional(),
  search_threshold: threshold,
  dedup_threshold: threshold,
  related_threshold: threshold,
  code_mode: z.boolean().optional(),
});

export type Settings = z.output<typeof known>;

/** A JSON object, as text: what is said of settings by name is checked. */
export const settingsJson = z
  .string()
  .max(10_000)
  .superRefine((text, { addIssue }) => {
    const value = parsed(text);
    if (!isObject(value)) return addIssue('Must be a JSON object, as text');
    const { error } = known.safeParse(value);
    for (const { path, message } of error?.issues ?? []) addIssue(`${path.join('.')}: ${message}`);
  });

/** What a person has set; where no user is known, the one whose space this is. What cannot be read counts as not set. */
export async function settingsOf(db: Db, user: string | null | undefined): Promise<Settings> {
  const profiles = db.selectFrom('profiles').select('settings_json').orderBy('created_at').limit(1);
  const profile = await (typeof user === 'string' ? profiles.where('id', '=', user) : profiles).executeTakeFirst();
  return known.safeParse(parsed(profile?.settings_json ?? '{}')).data ?? {};
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
