import { defineOperation } from 'gatehouse';
import { z } from 'zod';
import { line } from '../fields.js';
import { ideaId } from '../ideas/fields.js';
import { providers } from '../ideas/values.js';

export const developIdea = defineOperation({
  name: 'ideas_develop',
  title: 'Develop an idea',
  description:
    'Writes a specification from an idea, with a model of a provider and your own key for it. Without save nothing is kept; with it the text is put below the body of the idea.',
  access: { scope: 'ideas:write' },
  input: z.object({
    id: ideaId,
    provider: z.enum(providers).optional().describe('Absent: the preferred one of the settings, or the first of which there is a key'),
    model: line(100).optional().describe('As the provider names it; absent: as this server has it'),
    instructions: z.string().trim().min(1).max(2000).optional().describe('What the specification is to mind'),
    save: z.boolean().default(false).describe('Whether to put it below the body of the idea'),
  }),
  output: z.object({
    idea_id: z.int(),
    provider: z.enum(providers),
    model: z.string(),
    specification: z.string().describe('Markdown'),
    truncated: z.boolean().describe('The model had no room for the rest'),
    saved: z.boolean().describe('false too where it has no room below the body'),
  }),
  errors: ['not_found', 'conflict', 'upstream_failed'],
  effect: 'update',
  timeLimitSeconds: 180,
  tool: false,
  rest: { method: 'POST', path: '/ideas/:id/develop' },
});
