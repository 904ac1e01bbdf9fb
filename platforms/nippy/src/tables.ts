import { type DatabaseOf, type TenantDb, bindJobsTo, bindPagesTo, bindTo } from 'gatehouse';
import { analyticsDaily, analyticsDays, analyticsPending } from './analytics/tables.js';
import { flows, registrations, visits } from './flows/tables.js';
import { courses, enrolments, lessonProgress, lessons } from './learning/tables.js';
import { confirmations } from './proposals/tables.js';
import { rouletteGifts, rouletteItems, roulettes, spins } from './roulettes/tables.js';
import { centerStocks, nippyCenters, stocks, withdrawals } from './supply/tables.js';

/** A table after those that it refers to. */
export const tables = [
  confirmations,
  rouletteItems,
  roulettes,
  rouletteGifts,
  spins,
  stocks,
  nippyCenters,
  centerStocks,
  withdrawals,
  courses,
  lessons,
  enrolments,
  lessonProgress,
  flows,
  visits,
  registrations,
  analyticsDaily,
  analyticsDays,
  analyticsPending,
] as const;

export type Database = DatabaseOf<typeof tables>;
/** The platform's tables, within one business. */
export type Db = TenantDb<Database>;

export const bind = bindTo(tables);
export const bindJob = bindJobsTo(tables);
export const bindPage = bindPagesTo(tables);
