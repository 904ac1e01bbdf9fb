import { defineOperation } from 'gatehouse';
import { z } from 'zod';
import { line, page, webUrl } from '../fields.js';
import { ideaId } from '../ideas/fields.js';
import { linkShape } from '../ideas/shapes.js';
import { linkTypes } from '../ideas/values.js';
import { id } from '../ids.js';

const root = '/ideas/:id/links';

export const listLinks = defineOperation({
  name: 'links_list',
  title: 'List links',
  description: 'Lists the links of an idea, the oldest first.',
  access: { scope: 'ideas:read' },
  input: z.object({ id: ideaId, ...page }),
  output: z.array(linkShape),
  errors: ['not_found'],
  effect: 'read',
  tool: false,
  rest: { method: 'GET', path: root },
});

export const createLink = defineOperation({
  name: 'links_create',
  title: 'Add a link',
  description: 'Adds a link to an idea. Each address comes once on an idea.',
  access: { scope: 'ideas:write' },
  input: z.object({
    id: ideaId,
    url: webUrl().describe('Where it leads'),
    title: line(200).nullable().default(null).describe('What it is called'),
    link_type: z
      .enum(linkTypes)
      .refine((type) => type !== 'attachment', 'Attachments are files that are uploaded on the website')
      .default('url')
      .describe('What it leads to; github-issue stands for pull requests too'),
  }),
  output: linkShape,
  errors: ['not_found', 'conflict'],
  effect: 'create',
  tool: false,
  rest: { method: 'POST', path: root },
});

export const deleteLink = defineOperation({
  name: 'links_delete',
  title: 'Remove a link',
  description: 'Takes a link from an idea.',
  access: { scope: 'ideas:write' },
  input: z.object({ id: ideaId, link_id: id().describe('The id of the link') }),
  output: z.object({}),
  errors: ['not_found'],
  effect: 'delete',
  tool: false,
  rest: { method: 'DELETE', path: `${root}/:link_id`, status: 204 },
});
