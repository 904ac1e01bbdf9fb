import { resourceOf } from '../../domain/authorization.js';
import { CLIENT_AUTH_METHODS } from '../../services/authorization/registration.js';
import { SIGNING_ALGORITHM } from '../../services/authorization/signing-keys.js';
import { ROUTES } from './provider.js';

const AUTHORIZATION_SERVER = 'oauth-authorization-server';
const OPENID = 'openid-configuration';

/** Where programs look: at the root, with the resource's path inserted (RFC 8414, section 3.1), and with it before, as OpenID has it. */
export const METADATA_PATHS: readonly (readonly [path: string, form: 'oauth' | 'openid'])[] = ([AUTHORIZATION_SERVER, OPENID] as const).flatMap((name) => {
  const form = name === OPENID ? 'openid' : 'oauth';
  return [[`/.well-known/${name}`, form] as const, [`/.well-known/${name}/mcp`, form] as const, [`/mcp/.well-known/${name}`, form] as const];
});

/** What an access token is given for. */
export const GRANT_TYPES: readonly string[] = ['authorization_code', 'refresh_token', 'client_credentials'];

/** What signs the assertion of a program that authenticates with `private_key_jwt`. */
const ASSERTION_ALGORITHMS = ['ES256', 'EdDSA', 'Ed25519', 'PS256', 'RS256'];

export interface Described {
  readonly scopes: readonly string[];
  /** Whether programs may come with the address of their metadata document for an id. */
  readonly documents: boolean;
  readonly form: 'oauth' | 'openid';
}

/** RFC 8414, section 2; RFC 9207, section 3; RFC 9728, section 4; OAuth Client ID Metadata Document, section 5. */
export function metadataOf(issuer: string, { scopes, documents, form }: Described): object {
  const authenticated = CLIENT_AUTH_METHODS;
  return {
    issuer,
    authorization_endpoint: issuer + ROUTES.authorization,
    token_endpoint: issuer + ROUTES.token,
    registration_endpoint: issuer + ROUTES.registration,
    revocation_endpoint: issuer + ROUTES.revocation,
    introspection_endpoint: issuer + ROUTES.introspection,
    jwks_uri: issuer + ROUTES.jwks,
    scopes_supported: scopes,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: GRANT_TYPES,
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: authenticated,
    token_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
    revocation_endpoint_auth_methods_supported: authenticated,
    revocation_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
    introspection_endpoint_auth_methods_supported: authenticated,
    introspection_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
    authorization_response_iss_parameter_supported: true,
    client_id_metadata_document_supported: documents,
    protected_resources: [resourceOf(issuer)],
    // Required where OpenID is asked for (OpenID Connect Discovery 1.0, section 3). There is no `openid` scope, and no ID token.
    ...(form === 'openid' ? { subject_types_supported: ['public'], id_token_signing_alg_values_supported: [SIGNING_ALGORITHM] } : {}),
  };
}
