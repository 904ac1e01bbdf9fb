import { defineOperation, timestamp } from 'gatehouse';
import { z } from 'zod';
import { page, success } from '../fields.js';
import { detectionStatuses } from '../ideas/values.js';
import { id } from '../ids.js';

const duplicateId = id().describe('The id of the pair, as duplicates_list shows it');

export const listDuplicates = defineOperation({
  name: 'duplicates_list',
  title: 'List duplicates',
  description: 'Lists pairs of ideas that may be one, the most alike first, until they are merged or dismissed.',
  access: { scope: 'ideas:read' },
  input: z.object({ ...page }),
  output: z.object({
    duplicates: z.array(
      z.object({
        ...{
          id: z.int(),
          idea_id: z.int(),
          duplicate_of_id: z.int(),
          similarity_score: z.number(),
          status: z.enum(detectionStatuses),
          created_at: timestamp(),
        },
        ...{ idea_title: z.string(), duplicate_title: z.string(), idea_number: z.int(), duplicate_number: z.int() },
      }),
    ),
    has_more: z.boolean(),
  }),
  effect: 'read',
  tool: false,
  rest: { method: 'GET', path: '/ideas/duplicates' },
});

export const dismissDuplicate = defineOperation({
  name: 'duplicates_dismiss',
  title: 'Dismiss a duplicate',
  description: 'Says that two ideas are not one. They are never listed as duplicates again.',
  access: { scope: 'ideas:write' },
  input: z.object({ id: duplicateId }),
  output: success,
  errors: ['not_found', 'conflict'],
  effect: 'update',
  idempotent: true,
  tool: false,
  rest: { method: 'POST', path: '/ideas/duplicates/:id/dismiss' },
});

export const mergeDuplicate = defineOperation({
  name: 'duplicates_merge',
  title: 'Merge a duplicate',
  description: 'Merges the newer idea of a pair into the older one (duplicate_of_id), as merge_ideas does.',
  access: { scope: 'ideas:write' },
  input: z.object({ id: duplicateId }),
  output: success,
  errors: ['not_found', 'conflict'],
  effect: 'update',
  tool: false,
  rest: { method: 'POST', path: '/ideas/duplicates/:id/merge' },
});
