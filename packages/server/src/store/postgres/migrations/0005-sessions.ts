import { sessionsDdl } from '../../sql/sessions.js';
import { triggers } from './0001-foundation.js';

/** Cached principals of a session fall with whatever ends it or one of its tokens, whoever does so. */
export const sessions = (schema: string): readonly string[] => [
  ...sessionsDdl({ text: 'text collate "C"', integer: 'bigint', options: '' }),
  ...triggers(
    {
      table: 'gatehouse_sessions',
      tag: (row) => `'session:' || ${row}.id`,
      columns: ['id', 'tenant_id', 'user_id', 'ends_at', 'revoked_at'],
      inserts: false,
    },
    schema,
  ),
  ...triggers(
    {
      table: 'gatehouse_session_tokens',
      tag: (row) => `'session:' || ${row}.session_id`,
      columns: ['hash', 'session_id', 'good_until'],
      inserts: false,
    },
    schema,
  ),
];
