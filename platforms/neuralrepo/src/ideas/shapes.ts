import { timestamp } from 'gatehouse';
import { z } from 'zod';
import { linkTypes, relationTypes, sources, statuses } from './values.js';

export const linkShape = z.object({ id: z.int(), url: z.string(), title: z.string().nullable(), link_type: z.enum(linkTypes), created_at: timestamp() });

export const relationShape = z.object({
  id: z.int(),
  source_idea_id: z.int(),
  target_idea_id: z.int(),
  relation_type: z.enum(relationTypes),
  note: z.string().nullable(),
  score: z.number().nullable(),
  created_at: timestamp(),
});

export const ideaShape = z.object({
  id: z.int(),
  number: z.int().describe('What people call it: #12'),
  title: z.string(),
  body: z.string().nullable(),
  status: z.enum(statuses),
  source: z.enum(sources),
  source_url: z.string().nullable(),
  parent_id: z.int().nullable(),
  is_archived: z.literal([0, 1]),
  processing: z.boolean().describe('Whether likeness to others is still being reckoned'),
  tags: z.array(z.string()),
  created_at: timestamp(),
  updated_at: timestamp(),
});

/** One idea by itself, with what hangs on it. */
export const wholeIdeaShape = ideaShape.extend({
  links: z.array(linkShape),
  relations: z.array(relationShape.extend({ related_idea_title: z.string(), related_idea_number: z.int() })),
});
