import { z } from 'zod';

/**
 * Tried for a day and a half: so long an embedder may be out of reach. What is given up after that is asked for again when vectors are next
 * read (renewal).
 */
const attempts = 40;
const revision = z.object({ id: z.string(), revision: z.int() });

/** Reckons an idea's vector, and asks for the comparison. */
export const embedIdea = { name: 'ideas_embed', input: revision, attempts } as const;

/** Looks for what is like an idea: duplicates and relations follow. Once the vector is stored, so that of two ideas saved at once one sees the other. */
export const compareIdea = { name: 'ideas_compare', input: revision } as const;

/** Reckons a tag's vector. */
export const embedTag = { name: 'tags_embed', input: z.object({ id: z.string() }), attempts } as const;

/** Asks, some at a time, for the vectors that are missing or of another embedder than is configured now. */
export const renewVectors = { name: 'vectors_renew', input: z.object({ kind: z.enum(['ideas', 'tags']), after: z.string() }) } as const;
