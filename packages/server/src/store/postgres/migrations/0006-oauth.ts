import { oauthDdl } from '../../sql/oauth.js';
import { triggers } from './0001-foundation.js';

/**
 * Cached principals fall with whatever ends their grant, their token or their client, whoever does so. A token has no tag of its own:
 * with one that is revoked alone, what else came of its grant or key is looked up again.
 */
export const oauth = (schema: string): readonly string[] => [
  ...oauthDdl({ text: 'text collate "C"', integer: 'bigint', options: '' }),
  ...triggers(
    {
      table: 'gatehouse_grants',
      tag: (row) => `'grant:' || ${row}.id`,
      columns: ['id', 'tenant_id', 'user_id', 'client_id', 'scopes', 'revoked_at'],
      inserts: false,
    },
    schema,
  ),
  ...triggers(
    {
      table: 'gatehouse_access_tokens',
      tag: (row) => `coalesce('grant:' || ${row}.grant_id, 'key:' || ${row}.key_id)`,
      columns: ['hash', 'tenant_id', 'grant_id', 'key_id', 'scopes', 'audience', 'expires_at', 'revoked_at'],
      inserts: false,
    },
    schema,
  ),
  // Nothing depends on one that nobody has let in yet, and those go in great numbers.
  ...triggers({ table: 'gatehouse_clients', tag: (row) => `'client:' || ${row}.id`, columns: ['id'], inserts: false, gone: 'old.expires_at is null' }, schema),
];
