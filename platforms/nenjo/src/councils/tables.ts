import { col, tenantTable } from 'gatehouse';
import type { DelegationStrategy } from './values.js';

export const councils = tenantTable('councils', {
  columns: {
    id: col.uuid(),
    name: col.text(),
    description: col.nullable(col.text()),
    leader_role_assignment_id: col.uuid(),
    delegation_strategy: col.text<DelegationStrategy>(),
    config: col.json<Record<string, unknown>>(),
    created_by: col.nullable(col.uuid()),
    created_at: col.timestamp(),
    updated_at: col.timestamp(),
  },
  unique: [['name']],
  indexes: [['created_at', 'id'], ['leader_role_assignment_id']],
  references: { leader_role_assignment_id: { table: 'agent_role_assignments', onDelete: 'restrict' } },
});

export const councilMembers = tenantTable('council_members', {
  columns: {
    id: col.uuid(),
    council_id: col.uuid(),
    role_assignment_id: col.uuid(),
    /** The lowest comes first. */
    priority: col.integer(),
    config: col.json<Record<string, unknown>>(),
    created_at: col.timestamp(),
  },
  unique: [['council_id', 'role_assignment_id']],
  indexes: [['role_assignment_id']],
  references: {
    council_id: { table: 'councils', onDelete: 'cascade' },
    role_assignment_id: { table: 'agent_role_assignments', onDelete: 'restrict' },
  },
});
