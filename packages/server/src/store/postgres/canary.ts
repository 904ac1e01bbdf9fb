import { col, tenantTable } from '../../domain/tables.js';

/**
 * A tenant table of Gatehouse's own, made by the same generator as the declared ones, with one row for each of two tenants
 * that nobody can be. What the database shows of it at start proves that tenants are kept apart.
 */
export const canary = tenantTable('gatehouse_canary', { columns: { id: col.text(), note: col.text() } });

export const CANARY_ID = 'canary';
/** Ids of tenants are made by Gatehouse, and have no colon. */
export const canaryTenants = ['canary:one', 'canary:two'] as const;
