import { Fault, objectIn, unexpected } from '../fault.js';
import { type Found, type Play, type Registered, type Step, known } from '../play.js';
import { strings } from '../values.js';
import type { Answer } from '../wire.js';

export interface RegistrationNeeds {
  /** As the client sends it (RFC 7591, section 2). */
  readonly body: Readonly<Record<string, unknown>>;
  /** Whether it asks for all the scopes that it has heard of: of the challenge, or else of the metadata. */
  readonly scope?: 'heard';
  /** How it can authenticate at the token endpoint; the first that the server lists as well is asked for. @default as the body says */
  readonly methods?: readonly string[];
  /** How often it registers, each time for another id. @default 1 */
  readonly times?: number;
  /** Where its metadata document is: its id with servers that take one, if they take no registrations. */
  readonly document?: string;
}

/** RFC 7591, section 3. */
export function registration(needs: RegistrationNeeds): Step {
  return {
    name: 'registration',
    async run(play) {
      const server = known(play.found, 'server');
      if (server.registration === undefined) return withoutEndpoint(needs.document, server.documents);
      const request = { ...needs.body, ...methodOf(needs, server.authMethods), ...scopeOf(needs, play.found) };
      let result: Fault | Found = {};
      for (let left = needs.times ?? 1; left > 0 && !(result instanceof Fault); left -= 1) {
        const answer = await play.wire.send({
          method: 'POST',
          url: server.registration,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(request),
        });
        result = readRegistered(answer, request);
      }
      return result;
    },
  };
}

function withoutEndpoint(document: string | undefined, documents: boolean): Fault | Found {
  if (document !== undefined && documents) return { registered: { id: document, secret: undefined, method: 'none' } };
  return new Fault(
    document === undefined ? 'a registration_endpoint in the metadata' : 'a registration_endpoint in the metadata, or client_id_metadata_document_supported',
    'neither way for a program to make itself known',
    'Let programs register (RFC 7591): the client comes with no id of its own.',
  );
}

function methodOf({ methods }: RegistrationNeeds, listed: readonly string[] | undefined): object {
  return methods === undefined ? {} : { token_endpoint_auth_method: methods.find((method) => listed?.includes(method)) ?? 'none' };
}

function scopeOf({ scope }: RegistrationNeeds, { challenge, server }: Found): object {
  const heard = scope === undefined ? undefined : (challenge?.scope ?? server?.scopes.join(' '));
  return heard === undefined || heard === '' ? {} : { scope: heard };
}

function readRegistered(answer: Answer, request: Readonly<Record<string, unknown>>): Fault | Found {
  const body = objectIn(answer);
  if (answer.status < 200 || answer.status >= 300 || body === undefined) return refused(answer, request);
  const { client_id: id, client_secret: secret, token_endpoint_auth_method: method = 'none', redirect_uris: uris } = body;
  if (typeof id !== 'string' || id === '')
    return unexpected('a client_id', answer, 'Answer a registration with all that was registered (RFC 7591, section 3.2.1), client_id first.');
  const asked = strings(request.redirect_uris) ? request.redirect_uris : [];
  const lost = strings(uris) ? asked.filter((uri) => !uris.includes(uri)) : asked;
  if (lost.length > 0)
    return new Fault(
      'every redirect URI in the answer to the registration',
      `an answer without ${lost.join(', ')}`,
      'Answer a registration with all that was registered (RFC 7591, section 3.2.1), redirect_uris as they came.',
    );
  const nothing = Object.keys(body).filter((name) => body[name] === null);
  if (nothing.length > 0)
    return new Fault(
      'members with values',
      `null in ${nothing.join(', ')}`,
      `Leave ${nothing.join(', ')} out of the answer to a registration: clients take null for a broken one.`,
    );
  const registered: Registered = { id, secret: typeof secret === 'string' ? secret : undefined, method: String(method) };
  return { registered };
}

const REMEDIES: Readonly<Record<string, string>> = {
  invalid_redirect_uri:
    'Accept this client’s redirect URIs: https anywhere, http on loopback with any port, and schemes of its own (RFC 8252, sections 7.1 and 7.3).',
  invalid_client_metadata:
    'Leave out what is not known of a registration, grant types, application types and scopes among it, in place of refusing it (RFC 7591, section 2).',
  invalid_scope: 'Leave the scope out of a registration, in place of refusing it: clients send every scope that they have heard of.',
};

function refused(answer: Answer, request: Readonly<Record<string, unknown>>): Fault {
  const error = objectIn(answer)?.error;
  const uris = strings(request.redirect_uris) ? request.redirect_uris.join(', ') : '';
  const types = strings(request.grant_types) ? request.grant_types.join(', ') : '';
  const expected = error === 'invalid_redirect_uri' ? `a registration with ${uris}` : `a registration with the grant types ${types}`;
  const remedy = typeof error === 'string' ? REMEDIES[error] : undefined;
  if (remedy !== undefined) return unexpected(expected, answer, remedy);
  const closed = answer.status === 401 || answer.status === 403;
  return unexpected(
    expected,
    answer,
    closed
      ? 'Let programs register without a credential, and bound how many may (RFC 7591, section 5): this client has none yet.'
      : 'See the log of the authorization server: it does not take the registration of this client.',
  );
}

/** Whoever sends the address of its metadata document for its id signs nothing, and has no secret. */
export const documentSupport: Step = {
  name: 'metadata-document',
  async run({ found }: Play) {
    const { documents, authMethods } = known(found, 'server');
    if (!documents || authMethods?.includes('none') === true) return {};
    return new Fault(
      '"none" among token_endpoint_auth_methods_supported, beside client_id_metadata_document_supported',
      authMethods === undefined ? 'metadata without that list' : authMethods.join(', '),
      'List "none" in token_endpoint_auth_methods_supported: a client that is known by its document has no secret.',
    );
  },
};
