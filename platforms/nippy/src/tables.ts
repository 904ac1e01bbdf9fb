import { type DatabaseOf, type TenantDb, bindJobsTo, bindTo } from 'gatehouse';
import { confirmations } from './proposals/tables.js';
import { rouletteGifts, rouletteItems, roulettes, spins } from './roulettes/tables.js';
import { centerStocks, nippyCenters, stocks, withdrawals } from './supply/tables.js';

/** A table after those that it refers to. */
export const tables = [confirmations, rouletteItems, roulettes, rouletteGifts, spins, stocks, nippyCenters, centerStocks, withdrawals] as const;

export type Database = DatabaseOf<typeof tables>;
/** The platform's tables, within one business. */
export type Db = TenantDb<Database>;

export const bind = bindTo(tables);
export const bindJob = bindJobsTo(tables);
