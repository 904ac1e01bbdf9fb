import { definePlatform, oidc } from 'gatehouse';
import { askingBindings } from './asking.js';
import { CHANGING, changingBindings } from './changing.js';
import { scopes } from './declare.js';
import { promptBindings } from './prompts.js';
import { resourceBindings } from './resources.js';
import { schemaBindings } from './schemas.js';
import { toolBindings } from './tools.js';

/** The organisation in a token. */
function tenant({ organization, role }: Readonly<Record<string, unknown>>) {
  return typeof organization === 'string' ? { id: organization, role: role === 'admin' ? ('admin' as const) : ('member' as const) } : undefined;
}

/** What the official conformance suite asks of a server, under scopes like everything else. */
export const conformance = definePlatform({
  name: 'conformance',
  version: '0.1.0',
  title: 'Conformance',
  scopes,
  keys: { prefix: 'cnf_', checksum: true, whenNoScopes: 'none', displayLength: 8 },
  settings: ['CONFORMANCE_ISSUER'],
  identity: ({ settings: { CONFORMANCE_ISSUER: issuer }, development }) =>
    issuer === undefined ? [] : [oidc({ issuer, audience: 'conformance', tenant, development })],
  tenancy: {
    roles: {
      owner: { scopes: ['*'], administers: true },
      admin: { scopes: ['*'], administers: true },
      member: { scopes: scopes.filter((scope) => scope !== CHANGING), administers: false },
    },
  },
  tables: [],
  operations: [...toolBindings, ...askingBindings, ...resourceBindings, ...promptBindings, ...changingBindings, ...schemaBindings],
});

export default conformance;
