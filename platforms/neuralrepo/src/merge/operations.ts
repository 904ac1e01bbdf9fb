import { defineOperation } from 'gatehouse';
import { z } from 'zod';
import { wholeIdeaShape } from '../ideas/shapes.js';
import { id } from '../ids.js';

export const mergeIdeas = defineOperation({
  name: 'merge_ideas',
  title: 'Merge two ideas',
  description:
    'Merges an idea into another: its body is appended, its tags, links and relations go over, and it is shelved and archived. Look at both with get_idea first; find candidates by their duplicate relations or with search_ideas.',
  access: { scope: 'ideas:write' },
  input: z.object({
    id: id().describe('The id of the idea that stays'),
    absorb_id: id().describe('The id of the idea that goes into it'),
  }),
  output: wholeIdeaShape,
  errors: ['not_found', 'conflict'],
  effect: 'update',
  rest: { method: 'POST', path: '/ideas/:id/merge' },
});
