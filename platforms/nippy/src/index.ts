import { randomUUID } from 'node:crypto';
import { definePlatform } from 'gatehouse';
import { analyticsBindings } from './analytics/handlers.js';
import { analyticsJobs } from './analytics/record.js';
import { newId } from './ids.js';
import { flowBindings } from './flows/handlers.js';
import { flowPage } from './flows/page.js';
import { flowJobs } from './flows/visits.js';
import { keyBindings } from './keys/handlers.js';
import { presentKeys } from './keys/present.js';
import { learningBindings } from './learning/handlers.js';
import { presentFailure, presentMcp } from './present.js';
import { rouletteBindings } from './roulettes/handlers.js';
import { roles, scopeTexts, scopes } from './scopes.js';
import { samples, seed } from './seed/index.js';
import { supplyBindings } from './supply/handlers.js';
import { tables } from './tables.js';

/** Nippy: campaign tools for many businesses. */
export const nippy = definePlatform({
  name: 'nippy',
  version: '0.1.0',
  title: 'Nippy',
  scopes,
  scopeTexts,
  keys: {
    prefix: 'npk_',
    servicePrefix: 'nps_',
    checksum: false,
    whenNoScopes: 'full',
    displayLength: 8,
    accept: ['x-api-key'],
    id: () => newId(randomUUID()),
  },
  // Method B: a key traded for a token, as documented; it ends with its key.
  authorization: { kind: 'own', accessTokens: 'jwt', signing: 'HS256', accessTokenSeconds: 900 },
  tenancy: { roles },
  tenantHeader: 'x-business-id',
  tables,
  operations: [...rouletteBindings, ...supplyBindings, ...learningBindings, ...flowBindings, ...analyticsBindings, ...keyBindings],
  jobs: [...flowJobs, ...analyticsJobs],
  seed,
  samples,
  pages: [flowPage],
  present: { rest: presentFailure, mcp: presentMcp, ...presentKeys },
  publicVersion: true,
  mcp: { instructions: 'Nippy runs campaigns of a business: prize wheels, stock, courses, registration pages and their figures.' },
});

export default nippy;
