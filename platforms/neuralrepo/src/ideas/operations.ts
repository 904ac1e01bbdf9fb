import { defineOperation } from 'gatehouse';
import { z } from 'zod';
import { page } from '../fields.js';
import { id } from '../ids.js';
import * as fields from './fields.js';
import { ideaShape, wholeIdeaShape } from './shapes.js';

const again = <Field extends z.ZodType>(field: Field) => field.optional().meta({ description: undefined });

export const listIdeas = defineOperation({
  name: 'list_ideas',
  title: 'List ideas',
  description:
    'Lists ideas, newest first, without those in the archive. Filters narrow it down: an idea must meet every one that is given. To look for words or meaning, use search_ideas.',
  access: { scope: 'ideas:read' },
  input: z.object({
    status: fields.status.optional(),
    tag: fields.tagName.optional().describe('Only ideas with this tag'),
    source: fields.source.optional(),
    archived: z.boolean().default(false).describe('Only those in the archive instead'),
    ...page,
  }),
  output: z.object({ ideas: z.array(ideaShape), has_more: z.boolean() }),
  effect: 'read',
  rest: { method: 'GET', path: '/ideas' },
});

export const saveIdea = defineOperation({
  name: 'save_idea',
  title: 'Save an idea',
  description: 'Saves a new idea. Look with search_ideas first whether it is there already. Ideas that are alike are found and related a moment later.',
  access: { scope: 'ideas:write' },
  input: z.object({
    title: fields.title.describe('The thought in a line'),
    body: fields.body.default(null),
    tags: fields.tagNames.default([]),
    source_url: fields.sourceUrl.default(null),
    status: fields.status.default('captured'),
    parent_id: fields.parentId.default(null),
    source: fields.source.optional().describe('What it was captured with; told by itself where absent'),
  }),
  output: wholeIdeaShape,
  errors: ['not_found', 'plan_limit'],
  effect: 'create',
  rest: { method: 'POST', path: '/ideas' },
});

export const getIdea = defineOperation({
  name: 'get_idea',
  title: 'Get an idea',
  description: 'Shows one idea by its id, with its tags, links and relations. Archived ones can be shown too.',
  access: { scope: 'ideas:read' },
  input: z.object({ id: fields.ideaId }),
  output: wholeIdeaShape,
  errors: ['not_found'],
  effect: 'read',
  rest: { method: 'GET', path: '/ideas/:id' },
});

export const updateIdea = defineOperation({
  name: 'update_idea',
  title: 'Update an idea',
  description:
    'Changes the given fields of an idea and leaves the others. tags are replaced as a whole; null clears body, source_url and parent_id; is_archived false takes it out of the archive.',
  access: { scope: 'ideas:write' },
  input: z.object({
    id: fields.ideaId,
    title: again(fields.title),
    body: again(fields.body),
    status: again(fields.status),
    tags: again(fields.tagNames),
    source_url: again(fields.sourceUrl),
    parent_id: again(fields.parentId),
    is_archived: z.boolean().optional(),
  }),
  output: wholeIdeaShape,
  errors: ['not_found', 'conflict', 'plan_limit'],
  effect: 'update',
  idempotent: true,
  rest: { method: 'PATCH', path: '/ideas/:id' },
});

export const deleteIdea = defineOperation({
  name: 'delete_idea',
  title: 'Archive an idea',
  description: 'Puts an idea into the archive: it leaves lists, search and the map, and can be taken back with update_idea.',
  access: { scope: 'ideas:write' },
  input: z.object({ id: fields.ideaId }),
  output: z.object({ success: z.literal(true) }),
  errors: ['not_found'],
  effect: 'delete',
  idempotent: true,
  rest: { method: 'DELETE', path: '/ideas/:id', status: 204 },
});

export const bulkUpdate = defineOperation({
  name: 'ideas_bulk_update',
  title: 'Update several ideas',
  description: 'Gives several ideas a status or tags at once. Those that are not there are told one by one; the others are changed.',
  access: { scope: 'ideas:write' },
  input: z.object({
    ids: z.array(id()).min(1).max(100).describe('Ids of ideas'),
    status: fields.status.optional(),
    tags: again(fields.tagNames),
    add_tags: again(fields.tagNames),
    remove_tags: again(fields.tagNames),
  }),
  output: z.object({
    updated: z.int(),
    errors: z.int(),
    results: z.array(z.object({ id: z.int(), status: z.enum(['updated', 'error']), error: z.string().optional() })),
  }),
  effect: 'update',
  idempotent: true,
  tool: false,
  rest: { method: 'PATCH', path: '/ideas/bulk' },
});

export const byNumber = defineOperation({
  name: 'ideas_by_number',
  title: 'Ids of ideas by number',
  description: 'Answers the ids that belong to the numbers which people use. Numbers that nobody has are left out.',
  access: { scope: 'ideas:read' },
  input: z.object({ numbers: z.array(z.int().min(1)).min(1).max(100).describe('Numbers, with commas between them') }),
  output: z.object({ results: z.array(z.object({ number: z.int(), id: z.int() })) }),
  effect: 'read',
  tool: false,
  rest: { method: 'GET', path: '/ideas/by-number' },
});
