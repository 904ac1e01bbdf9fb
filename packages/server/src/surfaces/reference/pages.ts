import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { entityTag } from '../entity-tag.js';
import type { HttpIn, HttpOut } from '../http.js';
import { script, style } from './look.js';

export const DOCS_ROOT = '/docs';

/**
 * All that the page may do: run and show what comes from here, and call the API here. Styles in attributes are the viewer's;
 * what is shown is the platform's own document, and the viewer cleans its descriptions of markup.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

interface Asset {
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly zipped: Uint8Array;
}

/** Answers what lies under `/docs`; undefined where nothing does. The viewer is read when the first reader comes. */
export function createPages(title: string, document: () => string): (request: HttpIn) => HttpOut | undefined {
  let site: Site | undefined;
  return (request) => {
    site ??= siteOf(title, document());
    if (request.path === DOCS_ROOT || request.path === `${DOCS_ROOT}/`) return pageOut(site.page, request);
    const asset = site.assets.get(request.path);
    return asset === undefined ? undefined : assetOut(asset, request);
  };
}

interface Site {
  readonly page: string;
  readonly assets: ReadonlyMap<string, Asset>;
}

function siteOf(title: string, document: string): Site {
  const assets = new Map<string, Asset>();
  const add = (extension: string, type: string, content: string | Uint8Array): string => {
    const bytes = Buffer.from(content);
    const path = `${DOCS_ROOT}/assets/${entityTag(bytes).slice(1, -1)}.${extension}`;
    assets.set(path, { type, bytes, zipped: gzipSync(bytes) });
    return path;
  };
  const paths = {
    viewer: add('js', 'text/javascript; charset=utf-8', readFileSync(viewerFile())),
    script: add('js', 'text/javascript; charset=utf-8', script),
    style: add('css', 'text/css; charset=utf-8', style),
    document: add('json', 'application/json; charset=utf-8', document),
  };
  return { page: pageOf(title, paths), assets };
}

/** Packed along with us, or in the package that it comes from. */
function viewerFile(): string {
  const { resolve } = createRequire(import.meta.url);
  try {
    return resolve('../../../viewer/openapi-explorer.min.js');
  } catch {
    return resolve('openapi-explorer/dist/browser/openapi-explorer.min.js');
  }
}

function pageOf(title: string, paths: Record<'viewer' | 'script' | 'style' | 'document', string>): string {
  const name = escaped(title);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${name} API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${paths.style}">
<script type="module" src="${paths.script}"></script>
<script type="module" src="${paths.viewer}"></script>
</head>
<body>
<openapi-explorer spec-url="${paths.document}" collapse hide-server-selection fill-defaults="false">
<div slot="overview">
<h1>${name} API</h1>
<p>For programs: <a href="${paths.document}">this reference as OpenAPI 3.1</a>. For agents: MCP at <code>/mcp</code>.</p>
</div>
</openapi-explorer>
<noscript>This page needs JavaScript. <a href="${paths.document}">The OpenAPI document</a> is what it shows.</noscript>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function pageOut(page: string, request: HttpIn): HttpOut {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': POLICY,
    'cache-control': 'no-cache',
    'x-request-id': request.requestId,
  };
  return { status: 200, headers, body: page };
}

/** Its address is made of its content, so that it may be kept for good. */
function assetOut({ type, bytes, zipped }: Asset, request: HttpIn): HttpOut {
  const zip = /(?:^|[,\s])gzip(?:[,\s]|$)/.test(request.header('accept-encoding') ?? '');
  const headers = {
    'content-type': type,
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'Accept-Encoding',
    'x-request-id': request.requestId,
    ...(zip ? { 'content-encoding': 'gzip' } : {}),
  };
  return { status: 200, headers, body: zip ? zipped : bytes };
}
