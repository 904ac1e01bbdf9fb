import { defineOperation, timestamp } from 'gatehouse';
import { z } from 'zod';
import { page } from '../fields.js';
import { tagName } from '../ideas/fields.js';
import { id } from '../ids.js';

const color = z
  .string()
  .regex(/^#[0-9a-fA-F]{6}$/, 'Must be # and six hexadecimal digits, such as #7c3aed')
  .nullable();

const counted = z.object({
  id: z.int(),
  name: z.string(),
  color: z.string().nullable(),
  idea_count: z.int().describe('Ideas that have it, without the archive'),
});

export const listTags = defineOperation({
  name: 'tags_list',
  title: 'List tags',
  description: 'Lists tags in the order of their names, with how many ideas have each.',
  access: { scope: 'ideas:read' },
  input: z.object({ ...page }),
  output: z.object({ tags: z.array(counted), has_more: z.boolean() }),
  effect: 'read',
  tool: false,
  rest: { method: 'GET', path: '/tags' },
});

export const createTag = defineOperation({
  name: 'tags_create',
  title: 'Create a tag',
  description: 'Makes a tag. Those that an idea is saved with are made by themselves. Two tags never differ by case alone.',
  access: { scope: 'ideas:write' },
  input: z.object({ name: tagName, color: color.default(null) }),
  output: z.object({ tag: counted.omit({ idea_count: true }).extend({ created_at: timestamp() }) }),
  errors: ['conflict'],
  effect: 'create',
  tool: false,
  rest: { method: 'POST', path: '/tags' },
});

export const updateTag = defineOperation({
  name: 'tags_update',
  title: 'Update a tag',
  description: 'Gives a tag another name or color, on all ideas that have it. null takes the color away.',
  access: { scope: 'ideas:write' },
  input: z.object({ id: id().describe('The id of the tag'), name: tagName.optional(), color: color.optional() }),
  output: z.object({ tag: counted }),
  errors: ['not_found', 'conflict'],
  effect: 'update',
  idempotent: true,
  tool: false,
  rest: { method: 'PATCH', path: '/tags/:id' },
});

export const deleteTag = defineOperation({
  name: 'tags_delete',
  title: 'Delete a tag',
  description: 'Deletes a tag, and takes it from the ideas that have it, which stay as they are otherwise.',
  access: { scope: 'ideas:write' },
  input: z.object({ id: id().describe('The id of the tag') }),
  output: z.object({}),
  errors: ['not_found'],
  effect: 'delete',
  tool: false,
  rest: { method: 'DELETE', path: '/tags/:id', status: 204 },
});
