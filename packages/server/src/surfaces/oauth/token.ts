import { resourceOf } from '../../domain/authorization.js';
import { sha256 } from '../../domain/presented.js';
import { isTokenFault } from '../../services/authorization/answers.js';
import { callerOf } from '../caller.js';
import type { HttpIn, HttpOut } from '../http.js';
import { type OauthCall, currentCall, during } from './calls.js';
import { type ClientCredentials, credentialsIn } from './credentials.js';
import { isForm, isRepeated, readForm } from './form.js';
import type { OauthOptions } from './options.js';
import { type OauthFault, faultOf, faultOut, invalidRequest, jsonOut } from './out.js';
import { GRANT_TYPES } from './metadata.js';
import { type Answered, type Library, ROUTES } from './provider.js';
import { normaliseResource } from './resource.js';
import { dropHabits } from './scopes.js';

export type AskLibrary = () => Promise<Library>;

/** `POST /oauth/token` (RFC 6749, section 3.2). */
export async function token(request: HttpIn, issuer: string, library: AskLibrary, options: OauthOptions): Promise<HttpOut> {
  const operation = 'oauth_token';
  const form = readForm(request);
  if (!isForm(form)) return faultOut(request, operation, form);
  if (isRepeated(form)) return faultOut(request, operation, invalidRequest('A parameter came twice.'));
  const type = form.get('grant_type');
  if (type === null) return faultOut(request, operation, invalidRequest('Say by `grant_type` what the token is asked for with.'));
  if (!GRANT_TYPES.includes(type))
    return faultOut(request, operation, { status: 400, error: 'unsupported_grant_type', text: `\`grant_type\` must be one of ${GRANT_TYPES.join(', ')}.` });
  const foreign = normaliseResource(form, issuer);
  if (foreign !== undefined) return faultOut(request, operation, foreign);
  dropHabits(form);
  if (type === 'client_credentials') return traded(request, form, issuer, options);
  return throughLibrary(request, operation, ROUTES.token, form, library, options);
}

/** An API key for an access token (RFC 6749, section 4.4). */
async function traded(request: HttpIn, form: URLSearchParams, issuer: string, options: OauthOptions): Promise<HttpOut> {
  const operation = 'oauth_token';
  const credentials = credentialsIn(request, form);
  if (credentials === undefined)
    return faultOut(
      request,
      operation,
      invalidRequest('Send the id of an API key as client_id and the key as client_secret, once: in the body or by HTTP Basic.'),
    );
  const grant = await options.keyClients.authenticate(credentials.id, credentials.secret);
  if ('error' in grant) return unknownClient(request, operation, options, { reason: grant.reason, challenge: request.header('authorization') !== undefined });
  const scopes = form.get('scope')?.split(' ');
  const answer = await options.keyClients.trade({ grant, scopes, audience: resourceOf(issuer), from: issuer });
  if (isTokenFault(answer)) return faultOut(request, operation, { status: 400, error: answer.error, text: answer.text, reason: answer.reason });
  return jsonOut(request, operation, 200, answer, { log: { tenant: grant.key.tenant, credential: `key:${grant.key.id}` } });
}

/**
 * `POST /oauth/revoke` (RFC 7009) and `POST /oauth/introspect` (RFC 7662): about a program's own tokens alone. To the library a token goes by its
 * hash.
 */
export async function aboutToken(request: HttpIn, what: 'revocation' | 'introspection', library: AskLibrary, options: OauthOptions): Promise<HttpOut> {
  const operation = `oauth_${what}`;
  const form = readForm(request);
  if (!isForm(form)) return faultOut(request, operation, form);
  if (isRepeated(form)) return faultOut(request, operation, invalidRequest('A parameter came twice.'));
  const value = form.get('token');
  if (value === null) return faultOut(request, operation, invalidRequest('Send the token as `token`.'));
  form.set('token', sha256(value));
  const credentials = credentialsIn(request, form);
  if (credentials?.secret.startsWith(options.platform.keys.prefix)) return ofKey(request, what, sha256(value), credentials, options);
  return throughLibrary(request, operation, ROUTES[what], form, library, options);
}

/** The same for an API key, about the tokens that it was traded for. */
async function ofKey(
  request: HttpIn,
  what: 'revocation' | 'introspection',
  hash: string,
  { id, secret }: ClientCredentials,
  options: OauthOptions,
): Promise<HttpOut> {
  const operation = `oauth_${what}`;
  const { keyClients, store, now } = options;
  const grant = await keyClients.authenticate(id, secret);
  if ('error' in grant) return unknownClient(request, operation, options, { reason: grant.reason, challenge: request.header('authorization') !== undefined });
  if (what === 'revocation') {
    if ((await store.tokens.revoke(hash, id, now())) !== 'unknown') await store.changes.barrier([`key:${id}`]);
    return jsonOut(request, operation, 200, '');
  }
  const found = await store.tokens.findByHash(hash);
  if (found?.key?.id !== id || found.revokedAt !== null || found.token.expiresAt <= now()) return jsonOut(request, operation, 200, { active: false });
  const { token: held, key } = found;
  const seconds = (at: number): number => Math.floor(at / 1000);
  return jsonOut(request, operation, 200, {
    active: true,
    client_id: id,
    sub: key.user ?? id,
    scope: held.scopes.join(' '),
    aud: held.audience,
    iat: seconds(held.createdAt),
    exp: seconds(held.expiresAt),
    token_type: 'Bearer',
  });
}

/** A program that nobody knows, or that is not who it says: the same for both, and counted against the address it came from. */
async function unknownClient(
  request: HttpIn,
  operation: string,
  { denial }: OauthOptions,
  { reason, challenge }: { readonly reason: string; readonly challenge: boolean },
): Promise<HttpOut> {
  const fault: OauthFault = { status: 401, error: 'invalid_client', text: 'The client id or its secret is not valid.', reason };
  const failure = await denial({ is: 'refused', reason: 'unknown' }, callerOf(request));
  if (failure.code === 'rate_limited') return faultOut(request, operation, faultOf(failure));
  return faultOut(request, operation, challenge ? { ...fault, headers: { 'www-authenticate': 'Basic realm="oauth"' } } : fault);
}

async function throughLibrary(
  request: HttpIn,
  operation: string,
  url: string,
  form: URLSearchParams,
  library: AskLibrary,
  options: OauthOptions,
): Promise<HttpOut> {
  const authorization = request.header('authorization');
  const ask = async (): Promise<Pick<OauthCall, 'reason' | 'askedBy'> & { readonly answer: Answered }> => {
    const answer = await (await library()).ask({ method: 'POST', url, form, headers: authorization === undefined ? {} : { authorization } });
    return { ...currentCall(), answer };
  };
  const { answer, reason, askedBy: client } = await during({ letIn: true }, ask);
  const { error, error_description: text } = errorIn(answer);
  if (answer.status === 401) return unknownClient(request, operation, options, { reason: reason ?? 'unknown', challenge: authorization !== undefined });
  if (error !== undefined) return faultOut(request, operation, { status: answer.status, error, text: text ?? error, reason, client });
  return jsonOut(request, operation, answer.status, answer.body, client === undefined ? {} : { log: { client } });
}

function errorIn({ status, body }: Answered): { readonly error?: string; readonly error_description?: string } {
  return status < 400 ? {} : (JSON.parse(body) as { readonly error: string; readonly error_description?: string });
}
