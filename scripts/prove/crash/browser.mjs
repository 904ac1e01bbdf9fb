// What a person's browser does to let a program in, and what the program gets for it.
import { createHash, randomBytes } from 'node:crypto';

const CALLBACK = 'http://127.0.0.1:33418/callback';

/**
 * @param {(method: string, path: string, options: object) => Promise<{ status: number, headers: Headers, text: string } | undefined>} send undefined where nobody answers
 * @param {{ origin: string, session: string, tenant?: string }} person `tenant`: the first one of all, unless it is said
 * @returns {Promise<{ client: string, code: string, verifier: string } | undefined>} undefined where it was cut off
 */
export async function letIn(send, { origin, session, tenant }) {
  const registered = await send('POST', '/oauth/register', { json: { client_name: 'a program', redirect_uris: [CALLBACK] }, wanted: 201 });
  if (registered === undefined) return undefined;
  const client = JSON.parse(registered.text).client_id;
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: client,
    redirect_uri: CALLBACK,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const signedIn = `gatehouse_session=${session}`;
  const waiting = await send('GET', `/oauth/authorize?${query}`, { cookie: signedIn, wanted: 303 });
  if (waiting === undefined) return undefined;
  const cookie = `${signedIn}; ${/^[^;]+/.exec(waiting.headers.get('set-cookie') ?? '')}`;
  const shown = await send('GET', waiting.headers.get('location'), { cookie, wanted: 200 });
  if (shown === undefined) return undefined;
  const all = (pattern) => [...shown.text.matchAll(pattern)].map(([, found]) => found.replaceAll('&amp;', '&'));
  const form = new URLSearchParams(all(/name="scope" value="([^"]+)"/g).map((scope) => ['scope', scope]));
  form.append('tenant', tenant ?? all(/name="tenant" value="([^"]+)"/g)[0]);
  form.append('decision', 'allow');
  const allowed = await send('POST', all(/<form[^>]* action="([^"]+)"/g)[0], { form, cookie, origin, wanted: 303 });
  if (allowed === undefined) return undefined;
  return { client, code: new URL(allowed.headers.get('location')).searchParams.get('code'), verifier };
}

export const redeeming = ({ client, code, verifier }) => ({
  grant_type: 'authorization_code',
  client_id: client,
  code,
  redirect_uri: CALLBACK,
  code_verifier: verifier,
});

export const refreshing = ({ client }, token) => ({ grant_type: 'refresh_token', client_id: client, refresh_token: token });
