import { z } from 'zod';

/** How many a list answers at most. */
export const limit = { limit: z.int().min(1).max(1000).default(100).describe('How many at most') };

/** One line of text for people, trimmed. */
export const line = (maxLength: number) => z.string().trim().min(1, 'Must not be blank').max(maxLength);

/** The answer of what was made. */
export const created = z.object({ _id: z.string(), name: z.string(), status: z.literal('created') });
