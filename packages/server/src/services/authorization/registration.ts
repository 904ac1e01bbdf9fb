import { brief } from '@gatehouse/contract';
import { redirectFault } from '../../domain/redirect-uri.js';

export type ClientAuthMethod = 'none' | 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt';

/** How a program says who it is, at the endpoints that ask. */
export const CLIENT_AUTH_METHODS: readonly ClientAuthMethod[] = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'];

/** What is known of a program, in the words of RFC 7591, section 2. */
export interface ClientMetadata {
  readonly client_name?: string;
  readonly client_uri?: string;
  readonly redirect_uris: readonly string[];
  readonly grant_types: readonly ['authorization_code', 'refresh_token'];
  readonly response_types: readonly ['code'];
  readonly token_endpoint_auth_method: ClientAuthMethod;
  readonly application_type: 'native' | 'web';
  readonly jwks_uri?: string;
  readonly jwks?: { readonly keys: readonly object[] };
}

/** RFC 7591, section 3.2.2 */
export interface RegistrationFault {
  readonly error: 'invalid_redirect_uri' | 'invalid_client_metadata';
  readonly text: string;
}

export function isFault<T extends object>(read: T | RegistrationFault): read is RegistrationFault {
  return 'error' in read;
}

const REDIRECT_URIS = 20;
const NAME_LENGTH = 100;
const URI_LENGTH = 2048;
const KEYS = 10;
const KEYS_LENGTH = 16_384;

/**
 * Reads what a program says of itself. Unknown members are ignored, other grant types dropped, and so is `scope`: programs register that of
 * the first challenge, and could never step beyond it. What is said of a program is data: it is shown to people, and never fetched.
 */
export function readRegistration(input: unknown): ClientMetadata | RegistrationFault {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return fault('The metadata must be a JSON object.');
  const given = input as Readonly<Record<string, unknown>>;
  const redirects = readRedirects(given.redirect_uris);
  if (isFault(redirects)) return redirects;
  const wanted = grantFault(given);
  if (wanted !== undefined) return wanted;
  const method = given.token_endpoint_auth_method ?? 'none';
  if (!isAuthMethod(method)) return fault(`token_endpoint_auth_method must be one of ${CLIENT_AUTH_METHODS.join(', ')}.`);
  const keys = readKeys(given, method);
  if (isFault(keys)) return keys;
  const name = typeof given.client_name === 'string' ? brief(given.client_name.trim(), NAME_LENGTH) : '';
  const uri = given.client_uri;
  return {
    ...(name === '' ? {} : { client_name: name }),
    ...(isHttps(uri) ? { client_uri: uri } : {}),
    redirect_uris: redirects.uris,
    // Programs that refresh forget to say so, and the person would sign in by the hour.
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: method,
    application_type: given.application_type === 'web' && redirects.uris.every((redirect) => redirect.startsWith('https:')) ? 'web' : 'native',
    ...keys.members,
  };
}

function readRedirects(given: unknown): { readonly uris: readonly string[] } | RegistrationFault {
  if (!Array.isArray(given) || given.length === 0 || !given.every((uri) => typeof uri === 'string'))
    return { error: 'invalid_redirect_uri', text: 'redirect_uris must be a list of at least one URI.' };
  if (given.length > REDIRECT_URIS) return { error: 'invalid_redirect_uri', text: `redirect_uris may hold at most ${REDIRECT_URIS}.` };
  const uris: readonly string[] = [...new Set(given)];
  for (const uri of uris) {
    const wrong = redirectFault(uri);
    if (wrong !== undefined) return { error: 'invalid_redirect_uri', text: `The redirect URI ${brief(uri, 200)} ${wrong}.` };
  }
  return { uris };
}

function grantFault({ grant_types: grants, response_types: responses }: Readonly<Record<string, unknown>>): RegistrationFault | undefined {
  if (grants !== undefined && !Array.isArray(grants)) return fault('grant_types must be a list.');
  if (responses !== undefined && !Array.isArray(responses)) return fault('response_types must be a list.');
  if (grants !== undefined && grants.length > 0 && !grants.includes('authorization_code'))
    return fault('grant_types must include authorization_code: a program that registers itself is let in by people.');
  if (responses !== undefined && responses.length > 0 && !responses.includes('code')) return fault('response_types must include code.');
  return undefined;
}

function readKeys(
  { jwks, jwks_uri: uri }: Readonly<Record<string, unknown>>,
  method: ClientAuthMethod,
): { readonly members: Pick<ClientMetadata, 'jwks' | 'jwks_uri'> } | RegistrationFault {
  if (method !== 'private_key_jwt') return { members: {} };
  if (isHttps(uri) && jwks === undefined) return { members: { jwks_uri: uri } };
  const keys = typeof jwks === 'object' && jwks !== null && 'keys' in jwks ? jwks.keys : undefined;
  if (uri !== undefined || !Array.isArray(keys) || keys.length === 0 || keys.length > KEYS || JSON.stringify(keys).length > KEYS_LENGTH)
    return fault(`private_key_jwt needs either jwks_uri, an https URL, or jwks with 1 to ${KEYS} keys.`);
  if (!keys.every(isPublicKey)) return fault('jwks must hold public keys only.');
  return { members: { jwks: { keys } } };
}

/** Without what makes a key private or symmetric (RFC 7518, section 6). */
function isPublicKey(key: unknown): key is object {
  return (
    typeof key === 'object' &&
    key !== null &&
    'kty' in key &&
    typeof key.kty === 'string' &&
    key.kty !== 'oct' &&
    !('d' in key) &&
    !('k' in key) &&
    !('priv' in key)
  );
}

function isAuthMethod(method: unknown): method is ClientAuthMethod {
  return CLIENT_AUTH_METHODS.some((known) => known === method);
}

function isHttps(uri: unknown): uri is string {
  return typeof uri === 'string' && uri.length <= URI_LENGTH && /^https:\/\/[!-~]+$/.test(uri) && URL.canParse(uri);
}

function fault(text: string): RegistrationFault {
  return { error: 'invalid_client_metadata', text };
}
