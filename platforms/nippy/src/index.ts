import { definePlatform } from 'gatehouse';
import { learningBindings } from './learning/handlers.js';
import { presentFailure, presentMcp } from './present.js';
import { rouletteBindings } from './roulettes/handlers.js';
import { scopes } from './scopes.js';
import { supplyBindings } from './supply/handlers.js';
import { tables } from './tables.js';

/** Nippy: campaign tools for many businesses. */
export const nippy = definePlatform({
  name: 'nippy',
  version: '0.1.0',
  title: 'Nippy',
  scopes,
  keys: { prefix: 'npk_', checksum: false, whenNoScopes: 'full', displayLength: 8, accept: ['x-api-key'] },
  tables,
  operations: [...rouletteBindings, ...supplyBindings, ...learningBindings],
  present: { rest: presentFailure, mcp: presentMcp },
  publicVersion: true,
  mcp: { instructions: 'Nippy runs campaigns of a business: prize wheels, stock, courses, registration pages and their figures.' },
});

export default nippy;
