import { z } from 'zod';

/** Whom a piece of content is for, and how much it matters (MCP, Annotations). */
const annotations = z.object({
  audience: z.array(z.enum(['user', 'assistant'])).optional(),
  priority: z.number().min(0).max(1).optional(),
  lastModified: z.string().optional(),
});
const about = { annotations: annotations.optional() };

/** What a resource holds: text, or bytes as Base64. */
export const resourceContents = z.union([
  z.object({ uri: z.string(), mimeType: z.string().optional(), text: z.string() }),
  z.object({ uri: z.string(), mimeType: z.string().optional(), blob: z.base64() }),
]);

/** One piece of what a tool or a prompt says (MCP, Content). */
export const contentBlock = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string(), ...about }),
  z.object({ type: z.literal('image'), data: z.base64(), mimeType: z.string(), ...about }),
  z.object({ type: z.literal('audio'), data: z.base64(), mimeType: z.string(), ...about }),
  z.object({ type: z.literal('resource'), resource: resourceContents, ...about }),
  z.object({
    type: z.literal('resource_link'),
    uri: z.string(),
    name: z.string(),
    title: z.string().optional(),
    description: z.string().optional(),
    mimeType: z.string().optional(),
    ...about,
  }),
]);

/** The output of a tool that speaks in content instead of data: its blocks are the result, and there is no `structuredContent`. */
export const toolContent = z.object({ content: z.array(contentBlock) });

/** The output of a read whose resource is something other than the JSON of its output: text of another kind, or bytes. */
export const readContents = z.object({ contents: z.array(resourceContents) });

/** The output of a prompt. */
export const promptMessages = z.object({
  description: z.string().optional(),
  messages: z.array(z.object({ role: z.enum(['user', 'assistant']), content: contentBlock })),
});

/** Bytes that are made as they are sent: a file that is too large to be held. */
const streamed = z.custom<AsyncIterable<Uint8Array>>((value) => typeof value === 'object' && value !== null && Symbol.asyncIterator in value, 'Expected bytes');
const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;
const octets = z.custom<Uint8Array>(isBytes, 'Expected bytes');

const sent = z.custom<Uint8Array>(isBytes, 'Expected bytes: in JSON as Base64, or the whole body with another Content-Type');

/**
 * Bytes in an input: Base64 in JSON, or the whole body of a route that takes one (`rest.body`).
 * @param most how many at most
 */
export function bytes(most: number) {
  return z
    .union([z.base64(), sent])
    .transform((value) => (typeof value === 'string' ? z.util.base64ToUint8Array(value) : value))
    .refine(({ byteLength }) => byteLength <= most, `Expected at most ${most} bytes`);
}

/**
 * The output of an operation that hands out a file. Over REST it is its bytes, to be saved and not to be shown: whoever uploaded
 * them shares an origin with the reader's session. No tool.
 */
export const download = z.object({ filename: z.string(), content_type: z.string(), bytes: z.union([octets, streamed]) });

export type Download = z.output<typeof download>;
