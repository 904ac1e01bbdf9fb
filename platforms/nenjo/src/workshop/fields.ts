import { z } from 'zod';
import { line } from '../fields.js';

const MANIFEST_BYTES = 65_536;

export const name = line(200).describe('A short name, unique among its kind');
export const description = z.string().max(20_000).nullable().describe('What it is for');

export const named = { name, description };
export const namedShown = { name: z.string(), description: z.string().nullable() };
/** As it was stored: what held when it was written is not judged again. */
export const shownObject = z.record(z.string(), z.unknown());

export const text = (most: number) => z.string().max(most);

/** A document with a fixed form, small enough to be sent whole. */
export function manifest<Schema extends z.ZodType>(schema: Schema) {
  return schema.refine((value) => Buffer.byteLength(JSON.stringify(value)) <= MANIFEST_BYTES, `Must be at most ${MANIFEST_BYTES} bytes as JSON`);
}
