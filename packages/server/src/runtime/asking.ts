import { jsonSchema, parse } from '@gatehouse/contract';
import { z } from 'zod';
import type { ClientRequest } from './client.js';
import { formSchema } from './form-schema.js';

/** What a person made of a form. Each of the three is an answer. */
export type Elicited<Content> = { readonly action: 'accept'; readonly content: Content } | { readonly action: 'decline' } | { readonly action: 'cancel' };

/**
 * Asks the client's user to fill in a form (MCP, Elicitation). Never for secrets: what is filled in passes through the client.
 * @param form flat: texts, numbers, booleans, enums, and lists of enums; `.meta({ title, description })` and `.default()` are shown
 * @throws {TypeError} where a field is something else
 */
export function elicit<Form extends z.ZodObject>(message: string, form: Form): ClientRequest<Elicited<z.output<Form>>> {
  return {
    method: 'elicitation/create',
    needs: 'elicitation',
    params: { message, requestedSchema: formSchema(jsonSchema(form, 'input')) },
    read(raw) {
      const answer = parse(elicited, raw);
      if (!answer.ok) return answer;
      const { action, content = {} } = answer.value;
      if (action !== 'accept') return { ok: true, value: { action } };
      const filledIn = parse(form, content);
      return filledIn.ok ? { ok: true, value: { action, content: filledIn.value } } : filledIn;
    },
  };
}

const elicited = z.object({
  action: z.enum(['accept', 'decline', 'cancel']),
  content: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((content) => content ?? undefined),
});

const piece = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('image'), data: z.base64(), mimeType: z.string() }),
  z.object({ type: z.literal('audio'), data: z.base64(), mimeType: z.string() }),
]);
const role = z.enum(['user', 'assistant']);
const sampled = z.object({
  role,
  content: z.union([piece, z.array(piece)]),
  model: z.string(),
  stopReason: z.string().optional(),
});
const rooted = z.object({ roots: z.array(z.object({ uri: z.string(), name: z.string().optional() })) });

export interface SampleParams {
  readonly messages: readonly { readonly role: z.output<typeof role>; readonly content: z.output<typeof piece> }[];
  readonly maxTokens: number;
  readonly systemPrompt?: string;
  /** Each priority from 0 to 1; a hint is a part of a model's name. */
  readonly modelPreferences?: {
    readonly hints?: readonly { readonly name: string }[];
    readonly costPriority?: number;
    readonly speedPriority?: number;
    readonly intelligencePriority?: number;
  };
  readonly temperature?: number;
  readonly stopSequences?: readonly string[];
}

/** Asks the client's model to write something (MCP, Sampling). */
export function sample(params: SampleParams): ClientRequest<z.output<typeof sampled>> {
  return { method: 'sampling/createMessage', needs: 'sampling', params: { ...params }, read: (raw) => parse(sampled, raw) };
}

/** Asks which folders the client works in (MCP, Roots). */
export function roots(): ClientRequest<z.output<typeof rooted>> {
  return { method: 'roots/list', needs: 'roots', params: {}, read: (raw) => parse(rooted, raw) };
}
