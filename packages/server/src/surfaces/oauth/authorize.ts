import { authorizationBucket } from '../../services/authorization/clients.js';
import { isDocumentUrl } from '../../services/authorization/documents.js';
import { callerOf } from '../caller.js';
import type { HttpIn, HttpOut } from '../http.js';
import { seeOther } from '../pages/see-other.js';
import { during } from './calls.js';
import { isForm, readForm, readQuery } from './form.js';
import { giveInteraction } from './interaction-cookie.js';
import type { OauthOptions } from './options.js';
import { problemOut, tooOften } from './problems.js';
import { type Answered, CONSENT_PATH, type Library, ROUTES } from './provider.js';
import { normaliseResource } from './resource.js';
import { dropHabits } from './scopes.js';
import { sentBackUnasked } from './sent-back.js';

const OPERATION = 'oauth_authorize';
/** In bytes: what a URL may have, for as much is kept until somebody answers. */
const LONGEST = 16_384;
/** What is passed on. All else is ignored (RFC 6749, section 3.1), but for what has to be refused, not passed over: `request` and `request_uri`. */
const PARAMETERS = [
  'response_type',
  'client_id',
  'redirect_uri',
  'state',
  'code_challenge',
  'code_challenge_method',
  'resource',
  'scope',
  'request',
  'request_uri',
];

/** `GET` and `POST /oauth/authorize` (RFC 6749, section 3.1): what is asked is checked, and then it waits for a person. */
export async function authorize(request: HttpIn, issuer: string, library: Library, options: OauthOptions): Promise<HttpOut> {
  const given = request.method === 'POST' ? readForm(request, LONGEST) : readQuery(request.query);
  if (!isForm(given)) return problemOut(request, OPERATION, options, given);
  const verdict = await options.take([authorizationBucket(request.address)], 1, options.now());
  if (verdict?.allowed === false) return problemOut(request, OPERATION, options, tooOften(verdict.retryAfterSeconds));
  const parameters = accepted(given);
  // A foreign one is left for the library, which tells the program where it can.
  normaliseResource(parameters, issuer);
  const user = await signedIn(request, options);
  const answer = await during({ user }, () => library.ask({ method: 'GET', url: `${ROUTES.authorization}?${parameters}` }));
  const { location } = answer.headers;
  if (location === undefined) return refused(request, answer, parameters.get('client_id') ?? '', options);
  if (!location.startsWith(CONSENT_PATH)) return sentBackUnasked(request, OPERATION, location, { client: parameters.get('client_id') ?? '', user }, options);
  const uid = location.slice(CONSENT_PATH.length);
  return { ...seeOther(request, location, { 'set-cookie': giveInteraction(uid, options) }), log: { operation: OPERATION } };
}

/** The person is told, for the program cannot be: who it is or where it is to be answered is not sure (RFC 6749, section 4.1.2.1). */
function refused(request: HttpIn, { status, body }: Answered, client: string, options: OauthOptions): HttpOut {
  const { error, error_description: text } = JSON.parse(body) as { readonly error: string; readonly error_description?: string };
  const unread = error === 'invalid_client' && options.documents && isDocumentUrl(client);
  return problemOut(request, OPERATION, options, { status, error: unread ? 'unread_document' : error, text: text ?? error });
}

/** Whom our own session's cookie signs in. No other credential does: a page is for people. */
export async function signedIn(request: HttpIn, { authenticate }: OauthOptions): Promise<string | undefined> {
  const caller = callerOf(request);
  const [only, another] = caller.presented;
  if (only === undefined || another !== undefined || only.via !== 'cookie') return undefined;
  const resolution = await authenticate(caller);
  return resolution.is === 'ok' && resolution.principal.credential.kind === 'session' ? resolution.principal.user : undefined;
}

function accepted(given: URLSearchParams): URLSearchParams {
  const passed = [...given].filter(([name]) => PARAMETERS.includes(name));
  const parameters = new URLSearchParams(passed);
  // All prompts but this one are what happens anyway: a page, from which one can sign in as another.
  if (given.getAll('prompt').some((prompt) => prompt.split(' ').includes('none'))) parameters.set('prompt', 'none');
  if (given.getAll('response_mode').some((mode) => mode !== 'query')) parameters.set('response_mode', 'unsupported');
  dropHabits(parameters);
  return parameters;
}
