import { col, tenantTable } from 'gatehouse';
import type { Interpreter, Transport } from './values.js';

export const skills = tenantTable('skills', {
  columns: {
    id: col.uuid(),
    name: col.text(),
    description: col.nullable(col.text()),
    manifest: col.json<Record<string, unknown>>(),
    created_by: col.nullable(col.uuid()),
    created_at: col.timestamp(),
    updated_at: col.timestamp(),
  },
  unique: [['name']],
  indexes: [['created_at', 'id']],
});

export const lambdas = tenantTable('lambdas', {
  columns: {
    id: col.uuid(),
    name: col.text(),
    description: col.nullable(col.text()),
    /** Relative, below the worker's folder of lambdas. */
    path: col.text(),
    body: col.text(),
    interpreter: col.text<Interpreter>(),
    created_by: col.nullable(col.uuid()),
    created_at: col.timestamp(),
    updated_at: col.timestamp(),
  },
  unique: [['name'], ['path']],
  indexes: [['created_at', 'id']],
});

export const modes = tenantTable('modes', {
  columns: {
    id: col.uuid(),
    name: col.text(),
    description: col.nullable(col.text()),
    manifest: col.json<Record<string, unknown>>(),
    created_by: col.nullable(col.uuid()),
    created_at: col.timestamp(),
    updated_at: col.timestamp(),
  },
  unique: [['name']],
  indexes: [['created_at', 'id']],
});

/** Servers that workers connect to. Secrets are placeholders here, filled in by the worker. */
export const mcpServers = tenantTable('mcp_servers', {
  columns: {
    id: col.uuid(),
    name: col.text(),
    description: col.nullable(col.text()),
    transport: col.text<Transport>(),
    command: col.nullable(col.text()),
    args: col.json<readonly string[]>(),
    env: col.json<Record<string, string>>(),
    url: col.nullable(col.text()),
    headers: col.json<Record<string, string>>(),
    is_active: col.boolean(),
    created_by: col.nullable(col.uuid()),
    created_at: col.timestamp(),
    updated_at: col.timestamp(),
  },
  unique: [['name']],
  indexes: [['created_at', 'id']],
});
