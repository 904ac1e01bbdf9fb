import { type Binding, type Context, type DatabaseOf, bindTo, defineOperation, promptMessages, readContents, toolContent } from 'gatehouse';
import { z } from 'zod';

export const scopes = ['echo:say', 'tools:call', 'tools:ask', 'resources:read', 'prompts:read', 'lists:change', 'lists:changing'];

/** The smallest PNG and WAV that are whole: one red pixel, one silent sample. */
export const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
export const SILENCE = 'UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQIAAAAAAA==';

type Here = Context<DatabaseOf<readonly []>>;
type Content = z.input<typeof toolContent>;
type Contents = z.input<typeof readContents>['contents'][number];
type Messages = z.input<typeof promptMessages>['messages'];

export const bind = bindTo([]);
export const nothing = z.object({});

/** A text as the only content. */
export function text(said: string): Content {
  return { content: [{ type: 'text', text: said }] };
}

/** Waits, so that what is told in between arrives one by one. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

interface About {
  readonly name: string;
  readonly description: string;
}

export function tool<In extends z.ZodObject>(
  { name, description, asks = false, scope = asks ? 'tools:ask' : 'tools:call' }: About & { readonly asks?: boolean; readonly scope?: string },
  input: In,
  run: (input: z.output<In>, context: Here) => Content | Error | Promise<Content | Error>,
): Binding {
  const access = { scope };
  return bind(defineOperation({ name, title: name, description, access, input, output: toolContent, effect: 'read', errors: ['conflict'] }), run);
}

export function resource({ name, description, uri, mimeType }: About & { readonly uri: string; readonly mimeType: string }, contents: Contents): Binding {
  const access = { scope: 'resources:read' };
  const route = { uri, mimeType };
  return bind(
    defineOperation({ name, title: name, description, access, input: nothing, output: readContents, effect: 'read', resource: route, tool: false }),
    () => ({ contents: [contents] }),
  );
}

type Argument = z.ZodString | z.ZodOptional<z.ZodString>;

export function prompt<In extends z.ZodObject<Readonly<Record<string, Argument>>>>(
  { name, description, scope = 'prompts:read' }: About & { readonly scope?: string },
  input: In,
  run: (input: z.output<In>, context: Here) => Messages | Promise<Messages>,
  complete?: { readonly [Name in keyof z.input<In>]?: (typed: string) => readonly string[] },
): Binding {
  const access = { scope };
  return bind(
    defineOperation({ name, title: name, description, access, input, output: promptMessages, effect: 'read', prompt: true, tool: false }),
    async (given, context) => ({ description, messages: await run(given, context) }),
    complete === undefined ? {} : { complete },
  );
}
