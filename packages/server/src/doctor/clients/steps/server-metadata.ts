import { Fault, objectIn, shownUrl, unexpected } from '../fault.js';
import type { Found, Play, ServerMetadata, Step } from '../play.js';
import { isSafeUrl, strings } from '../values.js';
import type { Answer } from '../wire.js';

/** Both documents that clients know, and where they look for them: between host and path, or behind the path (RFC 8414, section 5). */
export type ServerMetadataPlace = 'oauth' | 'openid' | 'openid-appended';

export interface ServerMetadataNeeds {
  /** In order; the client takes the first that is there. */
  readonly at: readonly ServerMetadataPlace[];
  /** Whether the client compares the issuer with where it found the metadata (RFC 8414, section 3.3). */
  readonly issuer: 'exact' | 'any';
  /** `required`: the client ends where S256 is not listed. `if-listed`: it ends where other methods are listed alone. */
  readonly pkce: 'required' | 'if-listed';
  /** Where there is no metadata, the client takes /authorize, /token and /register (MCP 2025-03-26). */
  readonly orElse?: 'default-endpoints';
}

export function serverMetadata(needs: ServerMetadataNeeds): Step {
  return {
    name: 'server-metadata',
    async run(play) {
      const base = authorizationServer(play);
      const urls = needs.at.flatMap((place) => urlOf(base, place) ?? []);
      const answers: Answer[] = [];
      for (const url of urls) {
        const answer = await play.wire.send({ url, headers: { 'mcp-protocol-version': '2025-11-25' } });
        if (answer.status === 200) return readServer(answer, base, needs);
        answers.push(answer);
        // A miss is passed over, a server at fault is not.
        if (answer.status === 0 || answer.status >= 500) break;
      }
      const last = answers.at(-1);
      if (last === undefined) throw new Error('A client looks for metadata somewhere');
      if (needs.orElse === 'default-endpoints' && last.status >= 400 && last.status < 500) return { server: defaults(base) };
      return unexpected(
        `authorization-server metadata at ${urls.map((url) => new URL(url).pathname).join(' or ')}`,
        last.status === 404 ? (answers[0] ?? last) : last,
        `Let the reverse proxy forward everything under ${new URL(base).origin}/.well-known/ to the authorization server.`,
      );
    },
  };
}

/** The first that the resource names; where it names none, its own origin (MCP 2025-03-26). */
function authorizationServer({ target, found }: Play): string {
  return found.resource?.servers[0] ?? `${target.origin}/`;
}

function urlOf(base: string, place: ServerMetadataPlace): string | undefined {
  const { origin, pathname } = new URL(base);
  const path = pathname.replace(/\/$/, '');
  if (place === 'oauth') return `${origin}/.well-known/oauth-authorization-server${path}`;
  if (place === 'openid') return `${origin}/.well-known/openid-configuration${path}`;
  return path === '' ? undefined : `${origin}${path}/.well-known/openid-configuration`;
}

function defaults(base: string): ServerMetadata {
  const at = (path: string) => new URL(path, base).href;
  return {
    issuer: undefined,
    authorization: at('/authorize'),
    token: at('/token'),
    registration: at('/register'),
    revocation: undefined,
    authMethods: undefined,
    scopes: [],
    documents: false,
    namesItself: false,
  };
}

function readServer(answer: Answer, base: string, needs: ServerMetadataNeeds): Fault | Found {
  const body = objectIn(answer);
  const { pathname } = new URL(answer.url);
  if (body === undefined) return unexpected(`JSON at ${pathname}`, answer, `Let the reverse proxy forward ${pathname} to the authorization server.`);
  const { issuer, response_types_supported: responses, token_endpoint_auth_methods_supported: methods, scopes_supported: scopes } = body;
  const missing = ['issuer', 'authorization_endpoint', 'token_endpoint'].filter((name) => typeof body[name] !== 'string');
  if (!strings(responses) || !responses.includes('code')) missing.push('response_types_supported with "code"');
  if (missing.length > 0)
    return new Fault(
      `${missing.join(', ')} in the metadata`,
      `a document at ${pathname} without`,
      `Complete the metadata (RFC 8414, section 2) with ${missing.join(', ')}: clients take a document without for broken.`,
    );
  const nothing = Object.keys(body).filter((name) => body[name] === null);
  if (nothing.length > 0)
    return new Fault(
      'members with values',
      `null in ${nothing.join(', ')}`,
      `Leave ${nothing.join(', ')} out of the metadata: clients take null for a broken document.`,
    );
  return (
    insecure(body, base) ??
    otherIssuer(String(issuer), base, needs) ??
    withoutPkce(body.code_challenge_methods_supported, needs) ?? {
      server: {
        issuer: String(issuer),
        authorization: String(body.authorization_endpoint),
        token: String(body.token_endpoint),
        registration: text(body.registration_endpoint),
        revocation: text(body.revocation_endpoint),
        authMethods: strings(methods) ? methods : undefined,
        scopes: strings(scopes) ? scopes : [],
        documents: body.client_id_metadata_document_supported === true,
        namesItself: body.authorization_response_iss_parameter_supported === true,
      },
    }
  );
}

const text = (value: unknown) => (typeof value === 'string' ? value : undefined);

const ENDPOINTS = ['authorization_endpoint', 'token_endpoint', 'registration_endpoint'];

function insecure(body: Readonly<Record<string, unknown>>, base: string): Fault | undefined {
  const name = ENDPOINTS.find((endpoint) => body[endpoint] !== undefined && !isSafeUrl(body[endpoint]));
  if (name === undefined) return undefined;
  const { origin } = new URL(base);
  return new Fault(
    `an https URL as ${name}`,
    shownUrl(String(body[name])),
    origin.startsWith('https:')
      ? `Start Gatehouse with --public-url ${origin}: behind TLS it names addresses with http.`
      : 'Serve it over https, behind a proxy that ends TLS: clients send no secret over plain HTTP, but to this machine.',
  );
}

function otherIssuer(issuer: string, base: string, { issuer: wanted }: ServerMetadataNeeds): Fault | undefined {
  if (wanted === 'any' || issuer === base || (base.endsWith('/') && issuer === base.slice(0, -1))) return undefined;
  return new Fault(
    `the issuer ${base}, as the resource names it`,
    `the issuer ${shownUrl(issuer)}`,
    `Let \`issuer\` and \`authorization_servers\` say the same, letter by letter: start Gatehouse with --public-url and the origin that people use, and let no proxy rewrite what it answers.`,
  );
}

function withoutPkce(methods: unknown, { pkce }: ServerMetadataNeeds): Fault | undefined {
  if (strings(methods) ? methods.includes('S256') : pkce === 'if-listed') return undefined;
  return new Fault(
    'S256 among code_challenge_methods_supported',
    strings(methods) ? `${methods.join(', ') || 'none'} alone` : 'metadata that says nothing of PKCE',
    'List S256 in code_challenge_methods_supported, in every form of the metadata: the client refuses a server that does not.',
  );
}

/** Places where some clients ask out of habit. There may be nothing; whatever is there must be right. */
export function probes(paths: readonly string[]): Step {
  return {
    name: 'probes',
    async run({ target, wire, found }) {
      for (const path of paths) {
        const answer = await wire.send({ url: `${target.origin}${path.replace('{mcp}', new URL(target.mcp).pathname)}` });
        if (answer.status >= 400 && answer.status < 500) continue;
        const { pathname } = new URL(answer.url);
        const body = objectIn(answer);
        if (answer.status !== 200 || body === undefined)
          return unexpected(
            `metadata or HTTP 404 at ${pathname}`,
            answer,
            `Answer ${pathname} with the metadata, or with 404: the client takes anything else for a server at fault.`,
          );
        const issuer = found.server?.issuer;
        if (issuer !== undefined && typeof body.issuer === 'string' && body.issuer !== issuer)
          return new Fault(
            `the issuer ${shownUrl(issuer)} at ${pathname}`,
            `the issuer ${shownUrl(body.issuer)}`,
            `Let every form of the metadata name one issuer, ${shownUrl(issuer)}: another document answers at ${pathname}.`,
          );
      }
      return {};
    },
  };
}
