import { col, tenantTable } from 'gatehouse';

/** A person's own keys for the services that write for them, under the provider's name. */
export const providerKeys = tenantTable('provider_keys', {
  columns: { id: col.text(), sealed: col.text(), created_at: col.timestamp(), updated_at: col.timestamp() },
  sealed: ['sealed'],
});
