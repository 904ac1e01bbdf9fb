import type { Failure, Operation } from '@gatehouse/contract';
import type { Platform } from '../../runtime/platform.js';
import type { Runtime } from '../../runtime/types.js';
import { callerOf } from '../caller.js';
import { entityTag, holds } from '../entity-tag.js';
import type { HttpIn, HttpOut, Surface } from '../http.js';
import { notAllowed } from '../not-allowed.js';
import { openApiDocument } from './document.js';
import { DOCS_ROOT, createPages } from './pages.js';

export interface ReferenceOptions {
  readonly runtime: Pick<Runtime, 'authenticate' | 'denial'>;
  readonly platform: Platform;
  readonly operations: readonly Operation[];
  /** Where the REST surface lives. */
  readonly root: string;
  /** A failure in the shape of the REST surface, in which the document lives. */
  readonly refuse: (failure: Failure, request: HttpIn) => HttpOut;
}

export interface ReferenceSurface extends Surface {
  /** Whether this address is the reference's. */
  serves(path: string): boolean;
}

/** The OpenAPI document under the REST root, and a page that shows it at `/docs`. Both are made once, when they are first asked for: a start need not wait for them. */
export function createReferenceSurface(options: ReferenceOptions): ReferenceSurface {
  const { platform, root, refuse } = options;
  const { document: openTo, page } = platform.reference;
  let made: string | undefined;
  const json = (): string => {
    made ??= JSON.stringify(openApiDocument(options));
    return made;
  };
  const address = `${root}/openapi.json`;
  const serveDocument = openTo === 'off' ? undefined : documentServer(json, options);
  const pages = page ? createPages(platform.title, json) : undefined;

  return {
    name: 'reference',
    serves: (path) => (path === address ? serveDocument !== undefined : pages !== undefined && (path === DOCS_ROOT || path.startsWith(`${DOCS_ROOT}/`))),
    handle(request) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return notAllowed(request, 'GET', refuse);
      if (request.path === address && serveDocument !== undefined) return serveDocument(request);
      return (
        pages?.(request) ?? refuse({ code: 'unknown_route', text: 'There is nothing at this address.', next: `The reference is at ${DOCS_ROOT}.` }, request)
      );
    },
  };
}

/** The document, to everyone or to whoever has a credential that is good here. */
function documentServer(json: () => string, { runtime, platform, refuse }: ReferenceOptions): Surface['handle'] {
  let prepared: ReturnType<typeof prepare> | undefined;
  const open = platform.reference.document === 'public';
  const kept = open ? { 'cache-control': 'public, no-cache' } : { 'cache-control': 'private, no-cache', vary: 'Authorization, X-API-Key' };
  const serve = (request: HttpIn): HttpOut => {
    prepared ??= prepare(json());
    const { bytes, etag } = prepared;
    const headers = { ...kept, etag, 'x-request-id': request.requestId };
    if (holds(request.header('if-none-match'), etag)) return { status: 304, headers, body: null };
    return { status: 200, headers: { ...headers, 'content-type': 'application/json; charset=utf-8' }, body: bytes };
  };
  if (open) return serve;
  return async (request) => {
    const caller = callerOf(request);
    const resolution = await runtime.authenticate(caller);
    return resolution.is === 'ok' ? serve(request) : refuse(await runtime.denial(resolution, caller), request);
  };
}

function prepare(json: string) {
  const bytes = Buffer.from(json);
  return { bytes, etag: entityTag(bytes) };
}
