import type { ClientRequest } from 'gatehouse';
import { parse } from '@gatehouse/contract';
import { z } from 'zod';

const elicited = z.object({ action: z.enum(['accept', 'decline', 'cancel']), content: z.record(z.string(), z.unknown()).optional() });
const sampled = z.object({
  role: z.enum(['user', 'assistant']),
  content: z.union([z.object({ text: z.string().optional() }).loose(), z.array(z.unknown())]),
  model: z.string(),
});
const listed = z.object({ roots: z.array(z.object({ uri: z.string(), name: z.string().optional() })) });

/** A form for the user; every field is required but for those in `optional`. */
export function elicit(
  message: string,
  properties: Readonly<Record<string, object>>,
  required = Object.keys(properties),
): ClientRequest<z.output<typeof elicited>> {
  return {
    method: 'elicitation/create',
    needs: 'elicitation',
    params: { message, requestedSchema: { type: 'object', properties, required } },
    read: (raw) => parse(elicited, raw),
  };
}

/** A text that the client's model writes. */
export function sample(question: string, maxTokens = 100): ClientRequest<z.output<typeof sampled>> {
  return {
    method: 'sampling/createMessage',
    needs: 'sampling',
    params: { messages: [{ role: 'user', content: { type: 'text', text: question } }], maxTokens },
    read: (raw) => parse(sampled, raw),
  };
}

/** The folders that the user works in. */
export function roots(): ClientRequest<z.output<typeof listed>> {
  return { method: 'roots/list', needs: 'roots', params: {}, read: (raw) => parse(listed, raw) };
}
