import { defineOperation } from 'gatehouse';
import { z } from 'zod';
import { ideaId } from '../ideas/fields.js';
import { relationShape } from '../ideas/shapes.js';
import { relationTypes, statuses } from '../ideas/values.js';
import { id } from '../ids.js';

/** Made by the detection of duplicates alone. */
const manualTypes = relationTypes.filter((type) => type !== 'duplicate');
const relationType = z.enum(manualTypes, 'Must be one of related, parent, blocks, inspires, supersedes; duplicates are found by themselves');
const note = z.string().trim().min(1, 'Must not be blank').max(500).nullable();
const relationId = id().describe('The id of the relation');

const link = z.strictObject({
  source_idea_id: id(),
  target_idea_id: id(),
  relation_type: relationType.default('related'),
  note: note.default(null),
});
const MOST_LINKS = 100;

export const linkIdeas = defineOperation({
  name: 'link_ideas',
  title: 'Link ideas',
  description:
    'Relates ideas: source is the parent of, blocks, inspires or supersedes target; related has no direction. Give source_idea_id and target_idea_id, or several links, of which those that cannot be are told one by one.',
  access: { scope: 'ideas:write' },
  input: z.object({
    source_idea_id: id().optional().describe('The id of the idea (not its number)'),
    target_idea_id: id().optional().describe('The other idea'),
    relation_type: relationType.default('related').describe('blocks: target waits for source'),
    note: note.default(null).describe('Why they belong together'),
    links: z.array(link).min(1).max(MOST_LINKS).optional().describe('Instead of the fields above'),
    force: z.boolean().default(false).describe('Allows a cycle of parent, supersedes or inspires; of blocks there is none'),
  }),
  output: z.object({
    relation: relationShape.optional(),
    linked: z.int().optional(),
    errors: z.int().optional(),
    results: z
      .array(
        z.object({
          ...{ source_idea_id: z.int(), target_idea_id: z.int(), relation_type: z.enum(relationTypes) },
          ...{ status: z.enum(['created', 'error']), relation_id: z.int().optional(), error: z.string().optional() },
        }),
      )
      .optional(),
  }),
  errors: ['not_found', 'conflict'],
  effect: 'create',
  rest: { method: 'POST', path: '/map/relations' },
});

export const updateRelation = defineOperation({
  name: 'relations_update',
  title: 'Update a relation',
  description: 'Gives a relation another type or note, under the same rules as link_ideas. null takes the note away.',
  access: { scope: 'ideas:write' },
  input: z.object({ id: relationId, relation_type: relationType.optional(), note: note.optional(), force: z.boolean().default(false) }),
  output: z.object({ relation: relationShape }),
  errors: ['not_found', 'conflict'],
  effect: 'update',
  idempotent: true,
  tool: false,
  rest: { method: 'PATCH', path: '/map/relations/:id' },
});

export const deleteRelation = defineOperation({
  name: 'relations_delete',
  title: 'Delete a relation',
  description: 'Takes a relation between two ideas away. Of a duplicate it says that they are none: it is not found again.',
  access: { scope: 'ideas:write' },
  input: z.object({ id: relationId }),
  output: z.object({ success: z.literal(true) }),
  errors: ['not_found'],
  effect: 'delete',
  idempotent: true,
  tool: false,
  rest: { method: 'DELETE', path: '/map/relations/:id', status: 204 },
});

const grouped = relationShape.extend({
  idea_id: z.int().describe('The other idea'),
  idea_number: z.int(),
  idea_title: z.string(),
  idea_status: z.enum(statuses),
});

export const listRelations = defineOperation({
  name: 'relations_list',
  title: 'List the relations of an idea',
  description: 'Lists what an idea is related to: outgoing where it is the source, incoming where it is the target. Ideas in the archive are among them.',
  access: { scope: 'ideas:read' },
  input: z.object({ id: ideaId }),
  output: z.object({ outgoing: z.array(grouped), incoming: z.array(grouped) }),
  errors: ['not_found'],
  effect: 'read',
  tool: false,
  rest: { method: 'GET', path: '/ideas/:id/relations' },
});

export const getMap = defineOperation({
  name: 'map_get',
  title: 'Get the map',
  description: 'Shows all ideas but those in the archive, and every relation between them.',
  access: { scope: 'ideas:read' },
  input: z.object({}),
  output: z.object({
    nodes: z.array(z.object({ id: z.int(), title: z.string(), status: z.enum(statuses), tags: z.array(z.string()) })),
    edges: z.array(z.object({ id: z.int(), source: z.int(), target: z.int(), relation_type: z.enum(relationTypes), note: z.string().nullable() })),
  }),
  effect: 'read',
  tool: false,
  rest: { method: 'GET', path: '/map' },
});

export type Link = z.output<typeof link>;
