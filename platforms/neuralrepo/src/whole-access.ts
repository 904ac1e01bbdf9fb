import { people } from 'gatehouse';

/**
 * For what is a person's own beside the ideas: a person, or a key of theirs that holds both scopes, for `ideas:write` implies reading. A key
 * that only reads reads ideas and nothing else; OAuth tokens are for ideas too.
 */
export const wholeAccess = { scope: 'ideas:write', by: [...people, 'key'] } as const;
