import { col, tenantTable } from 'gatehouse';

/** Previews that were confirmed: under the proposal's id what it made, so that a repeated confirmation makes nothing twice. */
export const confirmations = tenantTable('confirmations', {
  columns: { id: col.text(), operation: col.text(), made: col.text(), created_at: col.timestamp() },
  indexes: [['created_at']],
});
