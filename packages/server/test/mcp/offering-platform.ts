import { bindTo, defineOperation, definePlatform, promptMessages, readContents, refuse, toolContent } from 'gatehouse';
import { z } from 'zod';

const bind = bindTo([]);
const read = { access: { scope: 'notes:read' }, effect: 'read' } as const;
const none = z.object({});

/** A red dot. */
export const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';

const about = bind(
  defineOperation({
    name: 'about',
    title: 'About',
    description: 'What this is.',
    ...read,
    input: none,
    output: readContents,
    resource: { uri: 'acme://about', mimeType: 'text/plain' },
  }),
  () => ({ contents: [{ uri: 'acme://about', text: 'Notes.' }] }),
);

const logo = bind(
  defineOperation({
    name: 'logo',
    title: 'Logo',
    description: 'A red dot.',
    ...read,
    input: none,
    output: readContents,
    resource: { uri: 'acme://logo', mimeType: 'image/png' },
  }),
  () => ({ contents: [{ uri: 'acme://logo', mimeType: 'image/png', blob: PIXEL }] }),
);

const vault = bind(
  defineOperation({
    name: 'vault',
    title: 'Vault',
    description: 'For few.',
    ...read,
    access: { scope: 'vault:read' },
    input: none,
    output: z.object({ gold: z.int() }),
    resource: { uri: 'acme://vault' },
    cost: 4,
  }),
  () => ({ gold: 3 }),
);

const note = bind(
  defineOperation({
    ...{ name: 'note', title: 'Note', description: 'One note.', ...read },
    input: z.object({ id: z.int(), lang: z.enum(['en', 'fr']).default('en') }),
    output: z.object({ id: z.int(), text: z.string() }),
    errors: ['not_found', 'conflict'],
    tool: true,
    resource: { uri: 'acme://notes/{id}' },
  }),
  ({ id, lang }) => (id > 9 ? refuse('not_found', `There is no note ${id}.`) : id < 0 ? refuse('conflict', 'Not now.') : { id, text: `a note in ${lang}` }),
);

const notesNamed = bind(
  defineOperation({
    ...{ name: 'named', title: 'Named', description: 'Notes by name.', ...read },
    input: z.object({ folder: z.string(), name: z.string() }),
    output: z.object({ folder: z.string(), name: z.string() }),
    resource: { uri: 'acme://folders/{folder}/named?is={name}' },
  }),
  (input) => input,
  { complete: { name: (typed, _context, given) => [`${given.folder ?? 'any'}/${typed}1`, `${given.folder ?? 'any'}/${typed}2`] } },
);

const review = bind(
  defineOperation({
    ...{ name: 'review', title: 'Review', description: 'Asks for a review.', ...read, access: { scope: 'notes:write' } },
    input: z.object({ text: z.string().describe('What to review'), tone: z.enum(['kind', 'frank']).optional().meta({ title: 'Tone' }) }),
    output: promptMessages,
    errors: ['not_found'],
    prompt: true,
  }),
  ({ text, tone = 'kind' }) =>
    text === 'gone'
      ? refuse('not_found', 'There is no such text.')
      : {
          description: 'A review',
          messages: [
            { role: 'user' as const, content: { type: 'text' as const, text: `Review, ${tone}: ${text}` } },
            { role: 'user' as const, content: { type: 'resource' as const, resource: { uri: 'acme://about', mimeType: 'text/plain', text: 'Notes.' } } },
            { role: 'assistant' as const, content: { type: 'image' as const, data: PIXEL, mimeType: 'image/png' } },
          ],
        },
  {
    complete: {
      tone: (typed) => ['kind', 'frank'].filter((tone) => tone.startsWith(typed)),
      text: () => Array.from({ length: 150 }, (_none, i) => `text ${i}`),
    },
  },
);

const card = bind(
  defineOperation({
    name: 'card',
    title: 'Card',
    description: 'Every kind of content.',
    ...read,
    input: z.object({ full: z.boolean().default(false) }),
    output: toolContent,
    errors: ['conflict'],
  }),
  ({ full }) =>
    full
      ? refuse('conflict', 'The card is full.')
      : {
          content: [
            { type: 'text' as const, text: 'Hello', annotations: { audience: ['user' as const], priority: 0.5 } },
            { type: 'image' as const, data: PIXEL, mimeType: 'image/png' },
            { type: 'audio' as const, data: 'UklGRg==', mimeType: 'audio/wav' },
            { type: 'resource' as const, resource: { uri: 'acme://about', mimeType: 'text/plain', text: 'Notes.' } },
            { type: 'resource_link' as const, uri: 'acme://notes/1', name: 'note 1' },
          ],
        },
);

const ship = bind(
  defineOperation({
    ...{ name: 'ship', title: 'Ship', description: 'Arguments that travel in headers as well.', ...read },
    input: z.object({
      region: z.string().meta({ 'x-mcp-header': 'Region' }),
      weight: z.int().optional().meta({ 'x-mcp-header': 'Weight' }),
      to: z.object({ fast: z.boolean().meta({ 'x-mcp-header': 'Fast' }) }).optional(),
    }),
    output: z.object({ shipped: z.string() }),
  }),
  ({ region }) => ({ shipped: region }),
);

/** As in JavaScript, where no type stands in the way. */
const NO_LIST = { word: 'one' } as unknown as readonly string[];

const odd = bind(
  defineOperation({
    ...{ name: 'odd', title: 'Odd', description: 'Suggests what is no list.', ...read, access: { scope: 'notes:write' } },
    ...{ input: z.object({ word: z.string(), slow: z.string().optional() }), output: promptMessages, prompt: true, timeLimitSeconds: 1 },
  }),
  () => ({ messages: [] }),
  { complete: { word: () => NO_LIST, slow: () => new Promise<string[]>(() => undefined) } },
);

const wrong = bind(defineOperation({ name: 'wrong', title: 'Wrong', description: 'Content that is none.', ...read, input: none, output: toolContent }), () => ({
  content: [{ type: 'image' as const, data: 'not base64!', mimeType: 'image/png' }],
}));

const spec = { version: '1.0.0', keys: { prefix: 'off_', checksum: false, whenNoScopes: 'none', displayLength: 8 }, tables: [] } as const;

/** A platform that offers something of every kind that MCP has. */
export const offeringPlatform = definePlatform({
  ...spec,
  name: 'offering',
  scopes: ['notes:read', 'notes:write', 'vault:read'],
  operations: [about, logo, vault, note, notesNamed, review, card, ship, odd, wrong],
  tenancy: { plans: { default: {} } },
});

/** One that has tools and nothing else. */
export const toolsPlatform = definePlatform({ ...spec, name: 'tools', scopes: ['notes:read'], operations: [card] });

/** The first, where a key may spend five in an hour. */
export const limitedPlatform = definePlatform({
  ...offeringPlatform,
  tenancy: { ...offeringPlatform.tenancy, plans: { default: { limits: { key: { limit: 5, periodSeconds: 3600 } } } } },
});
