import { col, tenantTable } from 'gatehouse';
import type { PromptConfig } from './prompt-config.js';

/** Users' copies and custom roles. The system's templates are no rows: they are the same in every workspace. */
export const agentRoles = tenantTable('agent_roles', {
  columns: {
    id: col.uuid(),
    name: col.text(),
    description: col.nullable(col.text()),
    created_by: col.uuid(),
    prompt_config: col.json<PromptConfig>(),
    color: col.text(),
    platform_scopes: col.json<readonly string[]>(),
    mcp_server_ids: col.json<readonly string[]>(),
    /** The template that it was copied from. */
    source_role_id: col.nullable(col.uuid()),
    /** The agent of its oldest assignment. */
    assigned_agent_id: col.nullable(col.uuid()),
    created_at: col.timestamp(),
    updated_at: col.timestamp(),
  },
  unique: [
    ['created_by', 'name'],
    ['created_by', 'source_role_id'],
  ],
  indexes: [['created_at', 'id'], ['assigned_agent_id']],
  references: { assigned_agent_id: { table: 'agents', onDelete: 'set null' } },
});

export const agentRoleSkills = tenantTable('agent_role_skills', {
  columns: { id: col.uuid(), role_id: col.uuid(), skill_id: col.uuid(), position: col.integer(), created_at: col.timestamp() },
  unique: [['role_id', 'skill_id']],
  indexes: [['skill_id']],
  references: { role_id: { table: 'agent_roles', onDelete: 'cascade' }, skill_id: { table: 'skills', onDelete: 'cascade' } },
});

export const agentRoleAssignments = tenantTable('agent_role_assignments', {
  columns: { id: col.uuid(), role_id: col.uuid(), agent_id: col.uuid(), created_by: col.nullable(col.uuid()), created_at: col.timestamp() },
  unique: [['role_id', 'agent_id']],
  indexes: [['agent_id'], ['created_at', 'id'], ['created_by', 'created_at', 'id']],
  references: { role_id: { table: 'agent_roles', onDelete: 'cascade' }, agent_id: { table: 'agents', onDelete: 'cascade' } },
});
