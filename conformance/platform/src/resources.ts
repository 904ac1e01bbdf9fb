import { defineOperation } from 'gatehouse';
import { z } from 'zod';
import { PIXEL, bind, resource } from './declare.js';

const TEXT = { uri: 'test://static-text', mimeType: 'text/plain' };
const BINARY = { uri: 'test://static-binary', mimeType: 'image/png' };
const WATCHED = { uri: 'test://watched-resource', mimeType: 'text/plain' };

const template = defineOperation({
  name: 'template_data',
  title: 'Data of a template',
  description: 'Data for any id, as JSON.',
  access: { scope: 'resources:read' },
  input: z.object({ id: z.string().min(1).max(100) }),
  output: z.object({ id: z.string(), templateTest: z.boolean(), data: z.string() }),
  effect: 'read',
  resource: { uri: 'test://template/{id}/data' },
});

export const resourceBindings = [
  resource({ name: 'static_text', description: 'A text that never changes.', ...TEXT }, { ...TEXT, text: 'This is the content of the static text resource.' }),
  resource({ name: 'static_binary', description: 'An image that never changes.', ...BINARY }, { ...BINARY, blob: PIXEL }),
  resource({ name: 'watched_resource', description: 'A text that can be watched.', ...WATCHED }, { ...WATCHED, text: 'Watched resource content' }),
  bind(template, ({ id }) => ({ id, templateTest: true, data: `Data for ID: ${id}` }), {
    complete: { id: (typed) => ['123', '124', '200'].filter((id) => id.startsWith(typed)) },
  }),
];
