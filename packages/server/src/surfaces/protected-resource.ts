import type { Failure } from '@gatehouse/contract';
import { MCP_PATH, RESOURCE_METADATA_PATH, resourceOf } from '../domain/authorization.js';
import { originOf } from '../domain/origin.js';
import type { HttpIn, HttpOut, Surface } from './http.js';
import { notAllowed } from './not-allowed.js';

export interface ProtectedResourceOptions {
  readonly publicUrl: string | undefined;
  /** The external one; undefined: our own, whose issuer is our origin. */
  readonly issuer: string | undefined;
  /** What tokens can hold, as far as anything asks for it. */
  readonly scopes: readonly string[];
  readonly title: string;
  /** The path of the page for people, where there is one. */
  readonly documentation: string | undefined;
  readonly refuse: (failure: Failure, request: HttpIn) => HttpOut;
}

export interface ProtectedResourceSurface extends Surface {
  serves(path: string): boolean;
}

/**
 * Where clients look for it, and the resource that it is asked of: inserted before the path (RFC 9728, section 3.1), appended to it, and at
 * the root. The answer names that very resource, for clients must turn away any other (section 3.3); tokens for each are good here.
 */
const RESOURCES: ReadonlyMap<string, (origin: string) => string> = new Map([
  [RESOURCE_METADATA_PATH, (origin) => origin],
  [`${RESOURCE_METADATA_PATH}/`, (origin) => origin],
  [`${RESOURCE_METADATA_PATH}${MCP_PATH}`, resourceOf],
  [`${RESOURCE_METADATA_PATH}${MCP_PATH}/`, (origin) => `${resourceOf(origin)}/`],
  [`${MCP_PATH}${RESOURCE_METADATA_PATH}`, resourceOf],
  [`${MCP_PATH}${RESOURCE_METADATA_PATH}/`, resourceOf],
]);

/** Origins in development, whose documents are kept: whoever calls chooses the port that is said. */
const KEPT = 64;

/** The protected resource's metadata (RFC 9728): who gives out the tokens that are good here. Each document is made once. */
export function createProtectedResourceSurface(options: ProtectedResourceOptions): ProtectedResourceSurface {
  const made = new Map<string, Buffer>();
  const documentAt = (origin: string, resource: string): Buffer => {
    const known = made.get(resource);
    if (known !== undefined) return known;
    if (made.size >= KEPT) made.clear();
    const document = Buffer.from(JSON.stringify(metadata(origin, resource, options)));
    made.set(resource, document);
    return document;
  };
  return {
    name: 'protected-resource',
    serves: (path) => RESOURCES.has(path),
    handle(request) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return notAllowed(request, 'GET', options.refuse);
      const origin = originOf(request, options.publicUrl);
      const headers = { 'content-type': 'application/json', 'cache-control': 'public, max-age=300', 'x-request-id': request.requestId };
      return { status: 200, headers, body: documentAt(origin, RESOURCES.get(request.path)?.(origin) ?? resourceOf(origin)) };
    },
  };
}

function metadata(origin: string, resource: string, { issuer, scopes, title, documentation }: ProtectedResourceOptions): object {
  return {
    resource,
    authorization_servers: [issuer ?? origin],
    scopes_supported: scopes,
    bearer_methods_supported: ['header'],
    resource_name: title,
    ...(documentation === undefined ? {} : { resource_documentation: origin + documentation }),
  };
}
