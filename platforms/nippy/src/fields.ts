import { z } from 'zod';

/** How many a list answers at most. */
export const limit = { limit: z.int().min(1).max(1000).default(100).describe('How many at most') };

/** One line of text for people, trimmed. */
export const line = (maxLength: number) =>
  z
    .string()
    .trim()
    .min(1, 'Must not be blank')
    .max(maxLength)
    .refine((text) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text), 'Must be one line, without control characters');

/**
 * Whether it is an address that everybody reads as a browser does: over TLS, without a name or password, and in none of the forms that
 * browsers mend (`https:host`, a backslash, a line end within).
 */
export function isHttpsUrl(text: string): boolean {
  return /^https:\/\/[^/?#@\\\s\p{C}]+([/?#][^\\\s\p{C}]*)?$/iu.test(text) && URL.canParse(text);
}

/** The answer of what was made. */
export const created = z.object({ _id: z.string(), name: z.string(), status: z.literal('created') });
