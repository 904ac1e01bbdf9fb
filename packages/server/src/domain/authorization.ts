import { isLoopbackOrigin } from './origin.js';

/** We hand out the tokens: people allow programs on pages of our own (RFC 6749, OAuth 2.1; MCP, Authorization). */
export interface OwnAuthorization {
  readonly kind: 'own';
  /** What a client gets that asks for no scope, as far as its user agrees. @default every scope of the platform */
  readonly defaultScopes?: readonly string[];
  /** @default 3600 */
  readonly accessTokenSeconds?: number;
  /** How long a grant that nobody uses lasts: each refresh begins it anew. @default 30 */
  readonly refreshTokenDays?: number;
  /** What an access token looks like. A `jwt` can be read by others (RFC 9068), and is looked up here all the same: it ends with its grant. @default 'opaque' */
  readonly accessTokens?: 'opaque' | 'jwt';
  /** What a `jwt` is signed with: key pairs of ours, which are published, or a secret of ours, so that nobody else can tell. @default 'ES256' */
  readonly signing?: 'ES256' | 'HS256';
  /**
   * What tokens begin with that people make by hand, for MCP clients that know no OAuth: this, then 64 hex digits. They are good over MCP
   * alone, and until they are ended. @default there are none
   */
  readonly tokensByHand?: string;
}

/** Somebody else does; we are a resource server alone (RFC 9728). */
export interface ExternalAuthorization {
  readonly kind: 'external';
  /** As in its metadata (RFC 8414, section 2) and in the `iss` of its tokens. */
  readonly issuer: string;
  /** What `aud` must name. */
  readonly audience: string;
}

/** No token is good here. */
export interface NoAuthorization {
  readonly kind: 'none';
}

export type Authorization = OwnAuthorization | ExternalAuthorization | NoAuthorization;

/** Tokens of another authorization server, by its own signature: JWT access tokens (RFC 9068). */
export function external({ issuer, audience }: Omit<ExternalAuthorization, 'kind'>): ExternalAuthorization {
  return { kind: 'external', issuer, audience };
}

/** Where the protected resource's metadata stands (RFC 9728, section 3.1), and what it describes. */
export const MCP_PATH = '/mcp';
export const RESOURCE_METADATA_PATH = '/.well-known/oauth-protected-resource';

/** The resource that tokens are for (RFC 8707): `<origin>/mcp`. The issuer is the origin alone. */
export function resourceOf(origin: string): string {
  return `${origin}${MCP_PATH}`;
}

/** The same resource with a slash behind it, or as the origin alone, is ours as well, in whatever spelling a browser takes for the same; nothing else is. */
export function isOurResource(resource: string, origin: string): boolean {
  return URL.canParse(resource) && [`${origin}/`, resourceOf(origin), `${resourceOf(origin)}/`].includes(new URL(resource).href);
}

/**
 * Whether a token for this resource is for us, whichever request brings it. In development (`publicUrl` is undefined) we go by every name
 * of this machine, so a token for any of them is: it was found among our own.
 */
export function isForUs(resource: string, publicUrl: string | undefined): boolean {
  if (publicUrl !== undefined) return isOurResource(resource, publicUrl);
  if (!URL.canParse(resource)) return false;
  const { origin } = new URL(resource);
  return isLoopbackOrigin(origin) && isOurResource(resource, origin);
}

/** Whether the operator has shut this program out: by its whole id, or by the host of its metadata document. */
export function blockedBy(list: readonly string[]): (client: string) => boolean {
  const blocked = new Set(list);
  if (blocked.size === 0) return () => false;
  return (client) => blocked.has(client) || (URL.canParse(client) && blocked.has(new URL(client).hostname));
}
