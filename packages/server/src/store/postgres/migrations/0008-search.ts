import { searchDdl } from '../../sql/search-postgres.js';

export const search = searchDdl;
