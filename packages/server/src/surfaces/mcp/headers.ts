import { isUtf8 } from 'node:buffer';
import type { HttpIn } from '../http.js';
import type { Fault } from './errors.js';
import type { Notification, Request } from './message.js';

/** Methods whose `Mcp-Name` header repeats a member of the parameters. */
const NAMED: ReadonlyMap<string, 'name' | 'uri'> = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
]);

const OPEN = '=?base64?';
const CLOSE = '?=';

/**
 * Where the standard headers of a stateless message contradict its body, or lack (2026-07-28, Streamable HTTP, Server
 * Validation). A notification needs none of them, but may not contradict itself.
 */
export function headerFault(message: Request | Notification, request: HttpIn): Fault | undefined {
  if (message.is === 'request' && request.header('mcp-protocol-version') === undefined) return headerLacks('MCP-Protocol-Version');
  const method = request.header('mcp-method');
  if (method === undefined) return message.is === 'request' ? headerLacks('Mcp-Method') : undefined;
  if (method !== message.method) return headerMismatch('Mcp-Method', method, message.method);
  return message.is === 'request' ? nameFault(message, request.header('mcp-name')) : undefined;
}

function nameFault({ method, params }: Request, header: string | undefined): Fault | undefined {
  const source = NAMED.get(method);
  const value = source === undefined ? undefined : params?.[source];
  if (typeof value !== 'string') return undefined;
  if (header === undefined) return headerLacks('Mcp-Name');
  const name = headerValue('Mcp-Name', header);
  if (typeof name !== 'string') return name;
  return name === value ? undefined : headerMismatch('Mcp-Name', name, value);
}

/** What a header says, or why it cannot be read. */
export function headerValue(header: string, sent: string): string | Fault {
  return decodeHeader(sent) ?? { code: 'header_mismatch', text: `The header ${header} is not valid Base64 between its markers.`, more: { header } };
}

/** A header value, decoded where it is `=?base64?…?=`; undefined where what is between is not canonical Base64 of UTF-8. */
export function decodeHeader(value: string): string | undefined {
  if (!value.startsWith(OPEN) || !value.endsWith(CLOSE)) return value;
  const encoded = value.slice(OPEN.length, -CLOSE.length);
  const bytes = Buffer.from(encoded, 'base64');
  return bytes.toString('base64') === encoded && isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}

export function headerLacks(header: string): Fault {
  return { code: 'header_mismatch', text: `Header mismatch: the header ${header} is required.`, more: { header } };
}

export function headerMismatch(header: string, sent: string, body: string): Fault {
  return { code: 'header_mismatch', text: `Header mismatch: ${header} header value '${sent}' does not match body value '${body}'`, more: { header } };
}
