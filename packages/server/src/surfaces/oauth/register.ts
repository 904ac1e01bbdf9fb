import { isFault } from '../../services/authorization/registration.js';
import type { HttpIn, HttpOut } from '../http.js';
import { decodeJson } from '../json.js';
import { typeOf } from './form.js';
import type { OauthOptions } from './options.js';
import { type OauthFault, faultOut, invalidRequest, jsonOut } from './out.js';

const OPERATION = 'oauth_register';
const LONGEST = 32_768;

/** `POST /oauth/register` (RFC 7591, section 3): for everybody, and so bounded for each address and in all. */
export async function register(request: HttpIn, { clients, take, registrationBucket, now }: OauthOptions): Promise<HttpOut> {
  const input = read(request);
  if ('fault' in input) return faultOut(request, OPERATION, input.fault);
  const verdict = await take([registrationBucket(request.address)], 1, now());
  if (verdict?.allowed === false) return faultOut(request, OPERATION, tooMany('This address has registered too many programs.', verdict.retryAfterSeconds));
  const made = await clients.register(input.value);
  if (made === 'full') return faultOut(request, OPERATION, tooMany('Too many programs wait to be let in.', 600));
  if (isFault(made)) return faultOut(request, OPERATION, { status: 400, error: made.error, text: made.text });
  const { client, createdAt, secret } = made;
  return jsonOut(request, OPERATION, 201, {
    client_id: client.id,
    client_id_issued_at: Math.floor(createdAt / 1000),
    ...(secret === undefined ? {} : { client_secret: secret, client_secret_expires_at: 0 }),
    ...client.metadata,
  });
}

function read(request: HttpIn): { readonly value: unknown } | { readonly fault: OauthFault } {
  if (typeOf(request) !== 'application/json') return { fault: invalidRequest('Send the metadata as application/json.') };
  if (request.body.length > LONGEST) return { fault: { status: 413, error: 'invalid_client_metadata', text: `The metadata is larger than ${LONGEST} bytes.` } };
  const decoded = decodeJson(request.body);
  return decoded.ok ? { value: decoded.value } : { fault: { status: 400, error: 'invalid_client_metadata', text: decoded.text } };
}

function tooMany(text: string, seconds: number): OauthFault {
  return { status: 429, error: 'rate_limited', text, headers: { 'retry-after': String(Math.ceil(seconds)) } };
}
