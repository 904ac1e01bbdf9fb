import { searchBoundDdl } from '../../sql/search-postgres.js';

export const searchBound = searchBoundDdl;
