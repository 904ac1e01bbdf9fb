import { defineOperation, timestamp } from 'gatehouse';
import { z } from 'zod';
import { again, deleted, line, openObject, page, uuid } from '../fields.js';

const agent = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  model_provider: z.string(),
  model_name: z.string(),
  temperature: z.number().nullable(),
  project_id: z.string().nullable(),
  tags: z.array(z.string()),
  metadata: z.record(z.string(), z.unknown()),
  created_by: z.string().nullable(),
  created_at: timestamp(),
  updated_at: timestamp(),
});

/** Lists of tags travel with commas between them in a query: a tag has none. */
const tag = line(50).refine((text) => !/[,\p{Cc}]/u.test(text), 'Must be one line without commas');

const name = line(200).describe('No two agents have one name');
const description = z.string().max(20_000).nullable().describe('What it is good at');
const provider = line(100).describe('Such as anthropic');
const model = line(200);
const temperature = z.number().min(0).max(2).nullable().describe('null: that of the provider');
const projectId = uuid().nullable().describe('null: works in all projects');
const tags = z.array(tag).max(50).describe('Skills without commas, for agents_match');
const metadata = openObject().describe('Kept as it is');
const id = uuid();

export const listAgents = defineOperation({
  name: 'agents_list',
  title: 'List agents',
  description: 'Lists agents (a model under a name, with tags), newest first. To find one for a piece of work, use agents_match.',
  access: { scope: 'agents:read' },
  input: z.object({ project_id: uuid().optional().describe('Agents of this project, and those of all projects'), ...page }),
  output: z.array(agent),
  errors: ['not_found'],
  effect: 'read',
  rest: { method: 'GET', path: '/agents' },
});

export const agentTags = defineOperation({
  name: 'agents_tags',
  title: 'List tags of agents',
  description: 'Lists every tag that some agent has, in alphabetical order. Use it to learn what agents_match can be asked for.',
  access: { scope: 'agents:read' },
  input: z.object({}),
  output: z.array(z.string()),
  effect: 'read',
  rest: { method: 'GET', path: '/agents/tags' },
});

export const matchAgents = defineOperation({
  name: 'agents_match',
  title: 'Match agents by tags',
  description: 'Finds agents that have at least one of the tags: those with most of them first, then by name. matched_tags says which ones.',
  access: { scope: 'agents:read' },
  input: z.object({ tags: z.array(tag).min(1).max(20).describe('Skills that are needed'), ...page }),
  output: z.array(agent.extend({ matched_tags: z.array(z.string()) })),
  effect: 'read',
  rest: { method: 'GET', path: '/match-agents' },
});

export const getAgent = defineOperation({
  name: 'agents_get',
  title: 'Get an agent',
  description: 'Shows one agent with its model and tags.',
  access: { scope: 'agents:read' },
  input: z.object({ id }),
  output: agent,
  errors: ['not_found'],
  effect: 'read',
  rest: { method: 'GET', path: '/agents/:id' },
});

export const createAgent = defineOperation({
  name: 'agents_create',
  title: 'Create an agent',
  description: 'Creates an agent. Pipeline steps then name it, or a role that people have assigned to it.',
  access: { scope: 'agents:write' },
  input: z.object({
    name,
    description: description.default(null),
    model_provider: provider,
    model_name: model,
    temperature: temperature.default(null),
    project_id: projectId.default(null),
    tags: tags.default([]),
    metadata: metadata.default({}),
  }),
  output: agent,
  errors: ['not_found', 'conflict'],
  effect: 'create',
  rest: { method: 'POST', path: '/agents' },
});

export const updateAgent = defineOperation({
  name: 'agents_update',
  title: 'Update an agent',
  description: 'Changes the given fields (see agents_create) of an agent and leaves the others; tags and metadata are replaced as a whole.',
  access: { scope: 'agents:write' },
  input: z.object({
    id,
    name: again(name),
    description: again(description),
    model_provider: again(provider),
    model_name: again(model),
    temperature: again(temperature),
    project_id: again(projectId),
    tags: again(tags),
    metadata: again(metadata),
  }),
  output: agent,
  errors: ['not_found', 'conflict'],
  effect: 'update',
  idempotent: true,
  rest: { method: 'PATCH', path: '/agents/:id' },
});

export const deleteAgent = defineOperation({
  name: 'agents_delete',
  title: 'Delete an agent',
  description: 'Deletes an agent and its role assignments for good. Refused while a pipeline step or a council uses it.',
  access: { scope: 'agents:write' },
  input: z.object({ id }),
  output: deleted,
  errors: ['not_found', 'conflict'],
  effect: 'delete',
  idempotent: true,
  rest: { method: 'DELETE', path: '/agents/:id', status: 204 },
});
