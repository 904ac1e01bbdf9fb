import { type DatabaseOf, type TenantDb, bindJobsTo, bindTo } from 'gatehouse';
import { duplicateDetections } from './duplicates/tables.js';
import { counters, ideaLinks, ideas } from './ideas/tables.js';
import { providerKeys } from './provider-keys/tables.js';
import { ideaRelations } from './relations/tables.js';
import { ideaVectors } from './similarity/tables.js';
import { ideaTags, tags } from './tags/tables.js';
import { profiles } from './user/tables.js';

/** A table after those that it refers to. */
export const tables = [ideas, counters, ideaLinks, tags, ideaTags, ideaRelations, duplicateDetections, ideaVectors, profiles, providerKeys] as const;

export type Database = DatabaseOf<typeof tables>;
/** The platform's tables, within one person's space. */
export type Db = TenantDb<Database>;

export const bind = bindTo(tables);
export const bindJob = bindJobsTo(tables);
