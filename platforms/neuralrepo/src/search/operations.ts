import { defineOperation } from 'gatehouse';
import { z } from 'zod';
import { line, page } from '../fields.js';
import { tagName } from '../ideas/fields.js';
import { ideaShape } from '../ideas/shapes.js';

export const searchIdeas = defineOperation({
  name: 'search_ideas',
  title: 'Search ideas',
  description:
    'Finds ideas by what they are about, the most alike first; where nothing is like it, those in which every word occurs. Ideas in the archive are left out. Use it before save_idea, and to find the ids that other tools ask for.',
  access: { scope: 'ideas:read' },
  input: z.object({
    q: line(500).describe('A few words, or a whole thought'),
    mode: z.enum(['semantic', 'keyword']).optional().describe('Only by likeness, or only by words; both in turn where absent'),
    ...page,
  }),
  output: z.object({
    query: z.string(),
    search_type: z.enum(['semantic', 'fts']),
    embedder: z.string().optional().describe('What reckoned the likeness'),
    results: z.array(ideaShape.extend({ score: z.number().nullable().describe('Likeness from 0 to 1; null where words were looked for') })),
  }),
  errors: ['unavailable'],
  effect: 'read',
  rest: { method: 'GET', path: '/ideas/search' },
});

export const similarTags = defineOperation({
  name: 'tags_similar',
  title: 'Similar tags',
  description: 'Lists tags that mean much the same as one, the most alike first: candidates to become one tag.',
  access: { scope: 'ideas:read' },
  input: z.object({ tag: tagName.describe('The name of a tag'), limit: z.int().min(1).max(20).default(5) }),
  output: z.object({
    similar: z.array(z.object({ name: z.string(), idea_count: z.int(), similarity: z.number() })),
    message: z.string().optional(),
  }),
  errors: ['not_found'],
  effect: 'read',
  tool: false,
  rest: { method: 'GET', path: '/tags/similar' },
});
