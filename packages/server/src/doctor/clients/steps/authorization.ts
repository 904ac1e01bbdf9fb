import { createHash } from 'node:crypto';
import { createBrowser } from '../browser.js';
import { Fault, isPage, objectIn, redirectOf, shownUrl, unexpected } from '../fault.js';
import { type Asked, type Play, type Step, known } from '../play.js';
import type { Answer } from '../wire.js';

export interface AuthorizationNeeds {
  /** Where the client waits for the answer; on loopback perhaps with another port than it registered. */
  readonly redirectUri: string;
  /** RFC 8707: as the metadata says it, as people may have typed it, or not at all. @default 'metadata' */
  readonly resource?: 'metadata' | 'with-slash' | 'origin' | 'none';
  /** What the challenge or the metadata lists, or none. @default 'none' */
  readonly scope?: 'heard' | 'none';
  /** The id that it comes with. @default that of its registration */
  readonly clientId?: string;
}

/** As far as nobody needs to sign in: the authorization request (RFC 6749, section 4.1.1) must lead to a page, not to an error. */
export function authorization(needs: AuthorizationNeeds): Step {
  const { resource = 'metadata' } = needs;
  return {
    name: needs.clientId !== undefined ? 'authorization-by-document' : resource === 'metadata' ? 'authorization' : `authorization-resource-${resource}`,
    ...(needs.clientId === undefined ? {} : { online: true }),
    async run(play) {
      const asked = ask(play, needs);
      const answer = await createBrowser(play.wire, new URL(asked.url).origin).open(asked.url);
      const fault = arrived(answer, asked);
      if (needs.clientId === undefined) return fault ?? { asked };
      return fault === undefined ? {} : new Fault(fault.expected, fault.got, unfetched(needs.clientId));
    },
  };
}

const unfetched = (document: string) =>
  `Let the server reach ${document}, which it fetches when this client comes with that for its id, or start it with --client-documents off, and the client registers; --offline leaves this step out.`;

function ask({ target, found, secret }: Play, { redirectUri, resource: named = 'metadata', scope = 'none', clientId }: AuthorizationNeeds): Asked {
  const { authorization: endpoint, scopes } = known(found, 'server');
  const [state, verifier] = [secret(), secret()];
  const resources = { metadata: found.resource?.resource, 'with-slash': `${target.mcp}/`, origin: target.origin, none: undefined };
  const resource = resources[named];
  const heard = scope === 'none' ? '' : (found.challenge?.scope ?? scopes.join(' '));
  const url = new URL(endpoint);
  const query = {
    response_type: 'code',
    client_id: clientId ?? known(found, 'registered').id,
    redirect_uri: redirectUri,
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...(resource === undefined ? {} : { resource }),
    ...(heard === '' ? {} : { scope: heard }),
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return { url: url.href, redirectUri, state, verifier, resource };
}

function arrived(answer: Answer, { redirectUri, resource }: Asked): Fault | undefined {
  const expected = 'a page to sign in at';
  const to = redirectOf(answer);
  if (to !== undefined && leadsTo(to, redirectUri)) {
    const error = to.searchParams.get('error');
    if (error === null)
      return new Fault(expected, 'a code, though nobody has signed in', 'Ask who it is, and whether they agree, before a code is given away.');
    return unexpectedError(expected, answer, error, resource);
  }
  // Another origin: people sign in there.
  if (to !== undefined) return undefined;
  if (answer.status === 200 && isPage(answer)) return undefined;
  const error = objectIn(answer)?.error;
  if (answer.status >= 400 && answer.status < 500 && answer.status !== 404 && answer.status !== 421 && answer.status !== 429)
    return unexpectedError(expected, answer, typeof error === 'string' ? error : '', resource, redirectUri);
  return unexpected(expected, answer, 'See the log of the authorization server: it does not answer the authorization request of this client.');
}

function unexpectedError(expected: string, answer: Answer, error: string, resource: string | undefined, redirectUri?: string): Fault {
  const got = unexpected(expected, answer, '').got;
  const remedies: Readonly<Record<string, string>> = {
    invalid_scope:
      'Give what clients get that ask for no scope, or for one that is not known, in place of refusing them: they do not choose scopes themselves.',
    invalid_target: `Accept ${resource ?? 'a request without a resource'} for the MCP endpoint (RFC 8707): with or without a slash, as the origin alone, or not named, it is the same one.`,
    invalid_request: 'See the description of the error: the client sends PKCE with S256, state, and nothing that is out of the ordinary.',
  };
  const unlike =
    redirectUri === undefined
      ? 'See the log of the authorization server: it refuses the authorization request of this client.'
      : `Accept ${redirectUri} where the client has registered it: on loopback the port does not count (RFC 8252, section 7.3), and schemes of its own are good (section 7.1).`;
  return new Fault(expected, got, (redirectUri === undefined || error === 'invalid_target' ? remedies[error] : undefined) ?? unlike);
}

/** Whether it is the redirect URI with an answer behind it. */
export function leadsTo(to: URL, redirectUri: string): boolean {
  const wanted = new URL(redirectUri);
  return to.protocol === wanted.protocol && to.host === wanted.host && to.pathname === wanted.pathname;
}

/** A client whose registration was forgotten: its user must see that, and nothing may be sent to an address that nobody registered (RFC 6749, section 4.1.2.1). */
export function unknownAtAuthorization(redirectUri: string): Step {
  return {
    name: 'unknown-client-at-authorization',
    async run(play) {
      const asked = ask(play, { redirectUri, clientId: `gone-${play.secret().slice(0, 12)}` });
      const answer = await createBrowser(play.wire, new URL(asked.url).origin).open(asked.url);
      if (answer.status >= 400 && answer.status < 500 && answer.status !== 404) return {};
      const to = redirectOf(answer);
      const expected = 'a page that says that the client is not known';
      if (to !== undefined && leadsTo(to, redirectUri))
        return new Fault(
          expected,
          `a redirect to ${shownUrl(to.href)}`,
          'Answer an unknown client_id with a page and HTTP 400: whose redirect URI it is, nobody knows (RFC 6749, section 4.1.2.1).',
        );
      return unexpected(expected, answer, 'Answer an unknown client_id with a page and HTTP 400, before anybody signs in.');
    },
  };
}
