import { z } from 'zod';
import type { Endpoint } from '../provider-keys/providers.js';

/** What is asked of a model. */
export interface Prompt {
  readonly system: string;
  readonly user: string;
}

/** What one event, or the whole of an answer that does not stream, adds. */
export interface Piece {
  readonly text?: string;
  /** The model has ended; `cut`: because it may not write more. */
  readonly end?: 'done' | 'cut';
  /** The provider gave up in the middle, or withholds the rest. */
  readonly failed?: true;
}

/** How one shape of provider is asked, and understood. */
export interface Dialect {
  readonly path: string;
  request(model: string, prompt: Prompt): object;
  /** undefined: it is not what this provider sends. */
  event(data: string): Piece | undefined;
  whole(body: string): Piece | undefined;
}

/** Room for some thousand words. */
const MOST_TOKENS = 8192;

/** What a provider calls it that there was no room for the rest, and that the rest is withheld. */
interface Ends {
  readonly cut: string;
  readonly withheld: string;
}
const ANTHROPIC_ENDS: Ends = { cut: 'max_tokens', withheld: 'refusal' };
const OPENAI_ENDS: Ends = { cut: 'length', withheld: 'content_filter' };

const anthropicEvent = z.looseObject({
  type: z.string(),
  delta: z.looseObject({ text: z.string().optional(), stop_reason: z.string().nullish() }).optional(),
});
const anthropicWhole = z.object({ content: z.array(z.looseObject({ type: z.string(), text: z.string().optional() })), stop_reason: z.string().nullish() });

const anthropic: Dialect = {
  path: '/messages',
  request: (model, { system, user }) => ({ model, max_tokens: MOST_TOKENS, system, messages: [{ role: 'user', content: user }], stream: true }),
  event(data) {
    const event = read(anthropicEvent, data);
    if (event === undefined) return undefined;
    if (event.type === 'error') return { failed: true };
    if (event.type === 'content_block_delta') return { text: event.delta?.text ?? '' };
    return event.type === 'message_delta' ? ended(event.delta?.stop_reason, ANTHROPIC_ENDS) : {};
  },
  whole(body) {
    const answer = read(anthropicWhole, body);
    if (answer === undefined) return undefined;
    return { text: answer.content.map(({ text = '' }) => text).join(''), ...ended(answer.stop_reason, ANTHROPIC_ENDS) };
  },
};

const said = z.looseObject({ content: z.string().nullish() });
const openaiEvent = z.looseObject({
  error: z.unknown().optional(),
  choices: z.array(z.looseObject({ delta: said.optional(), finish_reason: z.string().nullish() })).optional(),
});
const openaiWhole = z.object({ choices: z.array(z.looseObject({ message: said, finish_reason: z.string().nullish() })).min(1) });

const openai: Dialect = {
  path: '/chat/completions',
  request: (model, { system, user }) => ({
    model,
    messages: [
      { role: 'system', content: system },
      { role: 'user', content: user },
    ],
    stream: true,
  }),
  event(data) {
    if (data === '[DONE]') return { end: 'done' };
    const event = read(openaiEvent, data);
    if (event === undefined) return undefined;
    if (event.error !== undefined && event.error !== null) return { failed: true };
    const [choice] = event.choices ?? [];
    return { text: choice?.delta?.content ?? '', ...ended(choice?.finish_reason, OPENAI_ENDS) };
  },
  whole(body) {
    const [choice] = read(openaiWhole, body)?.choices ?? [];
    if (choice === undefined) return undefined;
    return { text: choice.message.content ?? '', ...ended(choice.finish_reason, OPENAI_ENDS) };
  },
};

export const dialectOf = ({ shape }: Pick<Endpoint, 'shape'>): Dialect => ({ anthropic, openai })[shape];

function ended(reason: string | null | undefined, { cut, withheld }: Ends): Piece {
  if (reason === null || reason === undefined) return {};
  return reason === withheld ? { failed: true } : { end: reason === cut ? 'cut' : 'done' };
}

function read<S extends z.ZodType>(schema: S, text: string): z.output<S> | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
