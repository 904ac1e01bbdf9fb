import { col, tenantTable } from 'gatehouse';

export const agents = tenantTable('agents', {
  columns: {
    id: col.uuid(),
    name: col.text(),
    description: col.nullable(col.text()),
    model_provider: col.text(),
    model_name: col.text(),
    temperature: col.nullable(col.real()),
    /** null: at work in every project. */
    project_id: col.nullable(col.uuid()),
    metadata: col.json<Record<string, unknown>>(),
    created_by: col.nullable(col.uuid()),
    created_at: col.timestamp(),
    updated_at: col.timestamp(),
  },
  unique: [['name']],
  indexes: [['created_at', 'id'], ['project_id']],
  references: { project_id: { table: 'projects', onDelete: 'cascade' } },
});

export const agentTags = tenantTable('agent_tags', {
  columns: { id: col.uuid(), agent_id: col.uuid(), tag: col.text(), position: col.integer() },
  unique: [['agent_id', 'tag']],
  indexes: [['tag', 'agent_id']],
  references: { agent_id: { table: 'agents', onDelete: 'cascade' } },
});
