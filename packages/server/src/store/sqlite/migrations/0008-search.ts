import { searchDdl } from '../../sql/search-sqlite.js';

export const search = searchDdl.join(';\n');
