import { Fault, objectIn, told, unexpected } from '../fault.js';
import { type Found, type Play, type Registered, type Step, known } from '../play.js';
import type { Answer } from '../wire.js';

/** A request to the token endpoint, with the client's authentication as it registered it. */
export function askToken({ wire, found }: Play, form: Readonly<Record<string, string>>, as: Registered = known(found, 'registered')): Promise<Answer> {
  return wire.send({ method: 'POST', url: known(found, 'server').token, ...signed(form, as) });
}

/** The same for any endpoint that clients authenticate at (RFC 6749, section 2.3.1). */
export function signed(form: Readonly<Record<string, string>>, { id, secret, method }: Registered) {
  const basic = method === 'client_secret_basic' && secret !== undefined;
  const body = new URLSearchParams({
    ...form,
    ...(basic ? {} : { client_id: id }),
    ...(method === 'client_secret_post' && secret !== undefined ? { client_secret: secret } : {}),
  });
  return {
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(basic ? { authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}` } : {}),
    },
    body: body.toString(),
  };
}

/** A client whose registration was forgotten registers anew when it is told `invalid_client`, and only then (RFC 6749, section 5.2). */
export const unknownAtToken: Step = {
  name: 'unknown-client-at-token',
  async run(play) {
    const gone: Registered = { id: `gone-${play.secret().slice(0, 12)}`, secret: undefined, method: 'none' };
    const answer = await askToken(play, { grant_type: 'refresh_token', refresh_token: play.secret() }, gone);
    const error = objectIn(answer)?.error;
    if (answer.status === 401 && error === 'invalid_client') return {};
    return unexpected(
      'HTTP 401 with "invalid_client" for a client that is not known',
      answer,
      'Answer an unknown client_id at the token endpoint with HTTP 401 and "invalid_client": with anything else a client whose registration is gone never registers again.',
    );
  },
};

/** A client signs in anew when it is told `invalid_grant`, and only then. */
export const unknownCode = (redirectUri: string): Step => ({
  name: 'unknown-code',
  async run(play) {
    const answer = await askToken(play, { grant_type: 'authorization_code', code: play.secret(), redirect_uri: redirectUri, code_verifier: play.secret() });
    if (answer.status === 400 && objectIn(answer)?.error === 'invalid_grant') return {};
    return unexpected(
      'HTTP 400 with "invalid_grant" for a code that is not known',
      answer,
      'Answer a code that is not known with HTTP 400 and JSON with "invalid_grant" (RFC 6749, section 5.2): the client then lets its user sign in again.',
    );
  },
});

/** What a token answer must be like (RFC 6749, section 5.1). */
export function tokensIn(answer: Answer, what: string): Fault | Found {
  const body = objectIn(answer);
  if (answer.status !== 200 || body === undefined)
    return unexpected(`tokens for ${what}`, answer, `See the log of the authorization server: it gives this client no tokens for ${what}.`);
  const { access_token: access, refresh_token: refresh, token_type: type } = body;
  if (typeof access !== 'string' || String(type).toLowerCase() !== 'bearer')
    return new Fault(
      'an access_token of the type Bearer',
      `the members ${Object.keys(body).join(', ')}`,
      'Answer with access_token and token_type "Bearer" (RFC 6749, section 5.1).',
    );
  if (typeof refresh !== 'string')
    return new Fault(
      'a refresh_token',
      'an access token alone',
      'Give a refresh token to every client that registered that grant type: without one its user signs in again every hour.',
    );
  if (answer.headers['cache-control']?.includes('no-store') !== true)
    return new Fault(
      'Cache-Control: no-store with the tokens',
      `${told(answer)} without it`,
      'Send Cache-Control: no-store with tokens, and let no proxy take it away (RFC 6749, section 5.1).',
    );
  return { tokens: { access, refresh } };
}
