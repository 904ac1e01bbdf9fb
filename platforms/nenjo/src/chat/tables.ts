import { col, tenantTable } from 'gatehouse';
import type { Author } from './values.js';

export const chatSessions = tenantTable('chat_sessions', {
  columns: {
    id: col.uuid(),
    title: col.text(),
    project_id: col.nullable(col.uuid()),
    agent_id: col.nullable(col.uuid()),
    created_by: col.nullable(col.uuid()),
    created_at: col.timestamp(),
    /** Moved on by each message. */
    updated_at: col.timestamp(),
  },
  indexes: [
    ['updated_at', 'id'],
    ['project_id', 'updated_at', 'id'],
  ],
  references: { project_id: { table: 'projects', onDelete: 'cascade' }, agent_id: { table: 'agents', onDelete: 'set null' } },
});

export const chatMessages = tenantTable('chat_messages', {
  columns: {
    id: col.uuid(),
    session_id: col.uuid(),
    /** Its place in the session, from 1. */
    position: col.integer(),
    role: col.text<Author>(),
    content: col.text(),
    metadata: col.json<Record<string, unknown>>(),
    created_by: col.nullable(col.uuid()),
    created_at: col.timestamp(),
  },
  unique: [['session_id', 'position']],
  references: { session_id: { table: 'chat_sessions', onDelete: 'cascade' } },
});
