import { brief } from '@gatehouse/contract';
import type { HttpIn } from '../http.js';
import type { Fault } from './errors.js';
import { headerFault } from './headers.js';
import { type JsonObject, type Notification, type Request, isObject } from './message.js';
import { type Era, LEGACY_VERSIONS, MODERN_VERSION } from './versions.js';

const VERSION = 'io.modelcontextprotocol/protocolVersion';
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';
const CLIENT = 'io.modelcontextprotocol/clientInfo';

/**
 * Which era a message belongs to, or why it belongs to none. The body decides: a message with a version in its `_meta`
 * is stateless, any other is not; the headers can only contradict it (2026-07-28, Streamable HTTP, Request Metadata).
 */
export function eraOf(message: Request | Notification, request: HttpIn): Era | Fault {
  const meta = isObject(message.params?._meta) ? message.params._meta : undefined;
  const claim = meta?.[VERSION];
  const header = request.header('mcp-protocol-version');
  if (meta === undefined || claim === undefined) return unclaimed(message, header, meta, request);
  // A client of the initialize era may fill `_meta` as it likes; only this version's claim turns its handshake into an unknown method.
  if (message.method === 'initialize' && claim !== MODERN_VERSION) return 'legacy';
  return (message.is === 'request' ? metaFault(meta) : versionFault(claim)) ?? claimFault(String(claim), header) ?? headerFault(message, request) ?? 'modern';
}

/** Whether a batch's element belongs to the stateless era, which has no batches. */
export function claimsModern(element: unknown): boolean {
  if (!isObject(element) || !isObject(element.params) || !isObject(element.params._meta)) return false;
  return element.params._meta[VERSION] !== undefined;
}

function unclaimed(message: Request | Notification, header: string | undefined, meta: JsonObject | undefined, request: HttpIn): Era | Fault {
  if (header === undefined || LEGACY_VERSIONS.includes(header)) return 'legacy';
  if (header === MODERN_VERSION) {
    if (message.method === 'initialize')
      return { code: 'header_mismatch', text: `initialize does not exist in protocol version ${MODERN_VERSION}, which the header MCP-Protocol-Version names.` };
    return message.is === 'request' ? (metaFault(meta) ?? 'modern') : (headerFault(message, request) ?? 'modern');
  }
  return message.method === 'initialize' ? 'legacy' : unsupported(header, [MODERN_VERSION, ...LEGACY_VERSIONS]);
}

/** What is wrong with a request's `_meta` (2026-07-28, Overview, `_meta`), or undefined. */
function metaFault(meta: JsonObject | undefined): Fault | undefined {
  if (meta === undefined) return missing('_meta', 'Required in this protocol version.');
  return (
    versionFault(meta[VERSION]) ??
    (isObject(meta[CAPABILITIES]) ? undefined : missing(`_meta.${CAPABILITIES}`, 'Required, an object.')) ??
    clientFault(meta[CLIENT])
  );
}

function versionFault(claim: unknown): Fault | undefined {
  return typeof claim === 'string' ? undefined : missing(`_meta.${VERSION}`, 'Required, a string.');
}

function clientFault(client: unknown): Fault | undefined {
  if (client === undefined || (isObject(client) && typeof client.name === 'string' && typeof client.version === 'string')) return undefined;
  return missing(`_meta.${CLIENT}`, 'Must be an object with a name and a version.');
}

function claimFault(claim: string, header: string | undefined): Fault | undefined {
  if (header !== undefined && header !== claim) {
    return { code: 'header_mismatch', text: `The header MCP-Protocol-Version names ${header}, the body ${claim}.`, more: { header: 'MCP-Protocol-Version' } };
  }
  // The versions that can be named in `_meta`; the others are reached by `initialize` alone.
  return claim === MODERN_VERSION ? undefined : unsupported(claim, [MODERN_VERSION]);
}

function unsupported(requested: string, supported: readonly string[]): Fault {
  return { code: 'unsupported_version', text: 'Unsupported protocol version', more: { supported, requested: brief(requested) } };
}

function missing(path: string, message: string): Fault {
  return { code: 'invalid_input', text: `Invalid params: ${path}: ${message}`, fields: [{ path, message }] };
}
