import { membershipsDdl } from '../../sql/memberships-ddl.js';

export const memberships = membershipsDdl({ text: 'text', integer: 'integer', options: ' strict' }).join(';\n');
