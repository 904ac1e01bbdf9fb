import { definePlatform } from 'gatehouse';
import { developBindings } from './develop/handlers.js';
import { duplicateBindings } from './duplicates/handlers.js';
import { healthBindings } from './health/index.js';
import { ideaBindings } from './ideas/handlers.js';
import { keyBindings } from './keys/handlers.js';
import { newKeyId, presentKeys } from './keys/present.js';
import { linkBindings } from './links/handlers.js';
import { mergeBindings } from './merge/handlers.js';
import { plans } from './plans.js';
import { presentFailure } from './present.js';
import { providerKeyBindings } from './provider-keys/handlers.js';
import { checkProviders, providerSettings } from './provider-keys/providers.js';
import { relationBindings } from './relations/handlers.js';
import { scopes } from './scopes.js';
import { searchBindings } from './search/handlers.js';
import { checkEmbedder, embedderSettings } from './similarity/settings.js';
import { similarityJobs } from './similarity/work.js';
import { seed } from './seed/index.js';
import { tables } from './tables.js';
import { tagBindings } from './tags/handlers.js';
import { tokenBindings } from './tokens/handlers.js';
import { userBindings } from './user/handlers.js';

/** NeuralRepo: a repository of ideas for a person and their agents. */
export const neuralrepo = definePlatform({
  name: 'neuralrepo',
  version: '0.1.0',
  title: 'NeuralRepo',
  scopes,
  scopeTexts: {
    'ideas:read': 'Read your ideas, with their tags, links and relations, and search them',
    'ideas:write': 'Read, save, change, merge and archive your ideas',
  },
  keys: { prefix: 'nrp_', checksum: false, whenNoScopes: 'full', displayLength: 8, id: newKeyId },
  authorization: { kind: 'own', tokensByHand: 'nmt_' },
  tenancy: { plans, defaultPlan: 'free', shared: false },
  settings: [...embedderSettings, ...providerSettings],
  checkSettings(from) {
    checkEmbedder(from);
    checkProviders(from);
  },
  tables,
  operations: [
    ...healthBindings,
    ...ideaBindings,
    ...linkBindings,
    ...tagBindings,
    ...searchBindings,
    ...relationBindings,
    ...duplicateBindings,
    ...mergeBindings,
    ...developBindings,
    ...userBindings,
    ...providerKeyBindings,
    ...keyBindings,
    ...tokenBindings,
  ],
  jobs: similarityJobs,
  seed,
  present: { rest: presentFailure, ...presentKeys },
  // All under /api/v1 but the health takes a credential; the page lies outside of it.
  reference: { document: 'credential', page: true },
  mcp: {
    instructions: 'NeuralRepo keeps a person’s ideas. Save a thought with save_idea; look whether it is there already with search_ideas.',
  },
});

export default neuralrepo;
