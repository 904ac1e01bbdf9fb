import { z } from 'zod';
import { scopes } from './scopes.js';

/** A UUID of any version, in either case. */
export const uuid = () => z.guid({ error: ({ input }) => (input === undefined ? 'Required, a UUID' : 'Must be a UUID') }).toLowerCase();

/** One page of a list. */
export const page = {
  limit: z.int().min(1).max(100).default(20),
  offset: z.int().min(0).default(0),
};

/** One line of text for people, trimmed. */
export const line = (maxLength: number) => z.string().trim().min(1, 'Must not be blank').max(maxLength);

/** A field of a creation in a change: it may be left out, and else means the same. The creation says what; nobody needs to read it twice. */
export const again = <Field extends z.ZodType>(field: Field) => field.optional().meta({ description: undefined });

const OBJECT_BYTES = 65_536;

/** A JSON object that the platform keeps without looking into it. */
export const openObject = () =>
  z
    .record(z.string(), z.unknown())
    .refine((value) => Buffer.byteLength(JSON.stringify(value)) <= OBJECT_BYTES, `Must be at most ${OBJECT_BYTES} bytes as JSON`);

/** One of the platform's scopes; any other is named. */
export const scopeName = () => z.enum(scopes, { error: ({ input }) => (typeof input === 'string' ? `unknown scope: ${input}` : 'Must be a scope') });

/** What a deletion answers where its answer has a body. */
export const deleted = z.object({ id: z.string(), deleted: z.literal(true) });
