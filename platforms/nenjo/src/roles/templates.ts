import { builtInRoles } from './template-prompts.js';
import { type PromptConfig, promptConfig } from './prompt-config.js';

/** A role as people and agents see it. */
export interface ShownRole {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly created_by: string | null;
  readonly is_system: boolean;
  readonly prompt_config: PromptConfig;
  readonly color: string;
  readonly platform_scopes: string[];
  readonly mcp_server_ids: string[];
  readonly assigned_agent_id: string | null;
  readonly source_role_id: string | null;
  readonly created_at: number;
  readonly updated_at: number;
}

/** When the platform that they came with was made. */
const SINCE = Date.parse('2026-01-01T00:00:00Z');

/** The same in every workspace, and changed by nobody. */
export const systemTemplates: readonly ShownRole[] = builtInRoles.map(({ prompt_config, platform_scopes, ...role }) => ({
  ...role,
  created_by: null,
  is_system: true,
  prompt_config: promptConfig.parse(prompt_config),
  platform_scopes: [...platform_scopes],
  mcp_server_ids: [],
  assigned_agent_id: null,
  source_role_id: null,
  created_at: SINCE,
  updated_at: SINCE,
}));

export function templateWith(id: string): ShownRole | undefined {
  return systemTemplates.find((template) => template.id === id);
}
