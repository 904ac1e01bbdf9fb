import { type Failure, catalogueEntry } from '@gatehouse/contract';
import { MCP_PATH, RESOURCE_METADATA_PATH } from '../domain/authorization.js';
import { type Addressed, originOf } from '../domain/origin.js';
import type { Rights } from '../domain/principal.js';

/** What is needed of a request to challenge its caller. */
export interface Challenged extends Addressed {
  readonly path?: string;
}

/** What a platform with OAuth says of it to whoever it turns away. */
export interface OAuthChallenges {
  /** The origin under which callers reach this server; undefined in development. */
  readonly publicUrl: string | undefined;
  /** What a program is to ask for that knows nothing better. */
  readonly defaultScopes: readonly string[];
}

/**
 * The `WWW-Authenticate` of an answer (RFC 6750, section 3; RFC 9728, section 5.1), or undefined where none is due. `rights` are the
 * caller's, where it is known who that is.
 */
export type ChallengeOf = (failure: Failure, request: Challenged, rights?: Rights) => string | undefined;

/** A 401 tells where tokens come from; a 403 what a token would have to hold, where its user can give that. */
export function challenges(oauth: OAuthChallenges | undefined): ChallengeOf {
  const metadata = (request: Challenged) => (oauth === undefined ? {} : { resource_metadata: metadataUrl(request, oauth.publicUrl) });
  const scope = oauth === undefined || oauth.defaultScopes.length === 0 ? {} : { scope: oauth.defaultScopes.join(' ') };
  return (failure, request, rights) => {
    if (failure.code === 'unauthenticated') return bearer({ ...metadata(request), ...scope });
    if (catalogueEntry(failure.code).status === 401)
      return bearer({ error: 'invalid_token', error_description: 'The credential is not valid', ...metadata(request) });
    const { missing = [] } = failure;
    const asked = failure.code === 'insufficient_scope' ? rights?.stepUp(missing) : undefined;
    if (asked === undefined) return undefined;
    const description = `This needs ${missing.join(' ')}`;
    return bearer({ error: 'insufficient_scope', scope: asked.join(' '), ...metadata(request), error_description: description });
  };
}

/** Each value is one of ours, or a scope: none holds a quotation mark. */
function bearer(parameters: Readonly<Record<string, string>>): string {
  const said = Object.entries(parameters).map(([name, value]) => `${name}="${value}"`);
  return said.length === 0 ? 'Bearer' : `Bearer ${said.join(', ')}`;
}

/** Of the resource under the very address that was called: clients compare the two (RFC 9728, section 3.3). */
function metadataUrl(request: Challenged, publicUrl: string | undefined): string {
  return `${originOf(request, publicUrl)}${RESOURCE_METADATA_PATH}${request.path === `${MCP_PATH}/` ? request.path : MCP_PATH}`;
}
