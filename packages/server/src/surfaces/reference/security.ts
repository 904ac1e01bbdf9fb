import type { CredentialKind, Operation } from '@gatehouse/contract';
import type { Platform } from '../../runtime/platform.js';

export type SchemeName = 'apiKey' | 'apiKeyHeader' | 'session' | 'oauthToken';

/** Which schemes carry which kind of credential. What is not offered yet is absent. */
export function schemesOf(
  { keys, authorization }: Pick<Platform, 'keys' | 'authorization'>,
  operations: readonly Operation[],
): ReadonlyMap<CredentialKind, readonly SchemeName[]> {
  const ofKeys: SchemeName[] = [
    ...(keys.accept.includes('authorization') ? ['apiKey' as const] : []),
    ...(keys.accept.includes('x-api-key') ? ['apiKeyHeader' as const] : []),
  ];
  const known = new Map<CredentialKind, readonly SchemeName[]>([
    ['key', ofKeys],
    ['session', ['session']],
    ['idp', ['session']],
    ['token', authorization.kind === 'none' ? [] : ['oauthToken']],
  ]);
  const used = new Set(operations.flatMap(({ access }) => access.by));
  return new Map([...known].filter(([kind]) => used.has(kind)));
}

export function securitySchemes(
  { keys, title }: Pick<Platform, 'keys' | 'title'>,
  schemes: ReadonlyMap<CredentialKind, readonly SchemeName[]>,
): Record<string, object> {
  const used = new Set([...schemes.values()].flat());
  const carries = (name: SchemeName) => used.has(name);
  const all: Record<SchemeName, object> = {
    apiKey: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: `${keys.prefix}…`,
      description: `An API key of ${title}, as \`Authorization: Bearer ${keys.prefix}…\`. It opens what its scopes cover.`,
    },
    apiKeyHeader: {
      type: 'apiKey',
      in: 'header',
      name: 'X-API-Key',
      description: carries('apiKey')
        ? 'The same key in a header of its own. Send it in one of the two, never in both.'
        : `An API key of ${title}, as \`X-API-Key: ${keys.prefix}…\`. It opens what its scopes cover.`,
    },
    oauthToken: {
      type: 'http',
      scheme: 'bearer',
      description:
        'An access token that a person allowed a program, as `Authorization: Bearer …`. Where it comes from is said at /.well-known/oauth-protected-resource (RFC 9728).',
    },
    session: {
      type: 'http',
      scheme: 'bearer',
      description:
        "A person's session token, or a JWT of their identity provider, as `Authorization: Bearer …`. Keys and access are managed by people, never by keys.",
    },
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => carries(name as SchemeName)));
}

/**
 * The security requirements of an operation: any one of them is enough. Each names the scope, which OpenAPI 3.1 allows for
 * every type of scheme (section 4.8.30).
 */
export function schemesFor(
  by: readonly CredentialKind[],
  scope: string | null,
  schemes: ReadonlyMap<CredentialKind, readonly SchemeName[]>,
): Record<string, string[]>[] {
  const names = new Set(by.flatMap((kind) => schemes.get(kind) ?? []));
  return [...(by.includes('none') ? [{}] : []), ...[...names].map((name) => ({ [name]: scope === null ? [] : [scope] }))];
}
