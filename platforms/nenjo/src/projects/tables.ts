import { col, tenantTable } from 'gatehouse';

export const projects = tenantTable('projects', {
  columns: {
    id: col.uuid(),
    name: col.text(),
    description: col.nullable(col.text()),
    settings: col.json<Record<string, unknown>>(),
    repo_url: col.nullable(col.text()),
    git_config: col.json<Record<string, unknown>>(),
    working_dir: col.nullable(col.text()),
    created_by: col.nullable(col.uuid()),
    created_at: col.timestamp(),
    updated_at: col.timestamp(),
  },
  indexes: [['created_at', 'id']],
});
