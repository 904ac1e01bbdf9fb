import { definePlatform } from 'gatehouse';
import { askingBindings } from './asking.js';
import { scopes } from './declare.js';
import { promptBindings } from './prompts.js';
import { resourceBindings } from './resources.js';
import { toolBindings } from './tools.js';

/** What the official conformance suite asks of a server, under scopes like everything else. */
export const conformance = definePlatform({
  name: 'conformance',
  version: '0.1.0',
  title: 'Conformance',
  scopes,
  keys: { prefix: 'cnf_', checksum: true, whenNoScopes: 'none', displayLength: 8 },
  tables: [],
  operations: [...toolBindings, ...askingBindings, ...resourceBindings, ...promptBindings],
});

export default conformance;
