import { z } from 'zod';

/** One page of a list. */
export const page = {
  limit: z.int().min(1).max(100).default(20).describe('How many at most'),
  offset: z.int().min(0).default(0).describe('How many to pass over'),
};

/** One line of text for people, trimmed. */
export const line = (maxLength: number) => z.string().trim().min(1, 'Must not be blank').max(maxLength);

/** An absolute address on the web. */
export const webUrl = () => z.url({ protocol: /^https?$/, error: 'Must be a URL that begins with https:// or http://' }).max(2000);

export const success = z.object({ success: z.literal(true) });
