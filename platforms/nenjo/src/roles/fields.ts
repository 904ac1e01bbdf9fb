import { timestamp } from 'gatehouse';
import { z } from 'zod';
import { line, scopeName, uuid } from '../fields.js';
import { scopes } from '../scopes.js';
import { shownPrompt } from './prompt-config.js';

export const role = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  created_by: z.string().nullable(),
  is_system: z.boolean(),
  prompt_config: shownPrompt,
  color: z.string(),
  platform_scopes: z.array(z.string()),
  mcp_server_ids: z.array(z.string()),
  assigned_agent_id: z.string().nullable(),
  source_role_id: z.string().nullable(),
  created_at: timestamp(),
  updated_at: timestamp(),
});

/** 7.10: what councils and lists show of an assignment. */
export const assignmentSummary = z.object({
  id: z.string(),
  role_id: z.string(),
  role_name: z.string(),
  role_description: z.string().nullable(),
  agent_id: z.string(),
  agent_name: z.string(),
  agent_model: z.string(),
  agent_model_provider: z.string(),
});

const distinct = (values: readonly string[]) => [...new Set(values)];

export const id = uuid().describe('The id of the role');
export const name = line(100).describe('What people call it; no two roles of one user have one name');
export const description = z.string().max(20_000).nullable().describe('What the role is for');
export const color = z
  .string()
  .regex(/^#[0-9A-Fa-f]{6}$/, 'Must be a colour such as #3B82F6')
  .toUpperCase()
  .describe('#RRGGBB');
export const platformScopes = z.array(scopeName()).max(scopes.length).transform(distinct).describe('What its agent may do on this platform; empty: nothing');
export const mcpServerIds = z.array(uuid()).max(50).transform(distinct).describe('Ids of the external MCP servers that it uses');
