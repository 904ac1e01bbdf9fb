import { z } from 'zod';

/** Reckons an idea's vector, then looks for what is like it. */
export const embedIdea = { name: 'ideas_embed', input: z.object({ id: z.string(), revision: z.int() }) } as const;

/** Reckons a tag's vector. */
export const embedTag = { name: 'tags_embed', input: z.object({ id: z.string() }) } as const;
