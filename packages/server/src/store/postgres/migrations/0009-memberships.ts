import { membershipsDdl } from '../../sql/memberships-ddl.js';
import { triggers } from './0001-foundation.js';

/** No cached principal depends on an invitation; one of a service key depends on that. */
export const memberships = (schema: string): readonly string[] => [
  ...membershipsDdl({ text: 'text collate "C"', integer: 'bigint', options: '' }),
  ...triggers(
    { table: 'gatehouse_service_keys', tag: (row) => `'key:' || ${row}.id`, columns: ['id', 'hash', 'expires_at', 'revoked_at'], inserts: false },
    schema,
  ),
];
