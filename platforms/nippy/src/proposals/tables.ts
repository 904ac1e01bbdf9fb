import { col, tenantTable } from 'gatehouse';

/** Proposals that were confirmed: by the proposal's number what was answered, so that a repeated confirmation makes nothing twice. */
export const confirmations = tenantTable('confirmations', {
  columns: { id: col.text(), operation: col.text(), answer: col.json<Record<string, unknown>>(), confirmed_at: col.timestamp() },
  indexes: [['confirmed_at']],
});
