// Requests as bytes. Strings of heads are Latin-1: what a test calls for is what is sent.

/**
 * @param {{ method?: string, target?: string, version?: string, headers?: readonly (readonly [string, string])[], body?: string | Buffer, framing?: boolean }} request
 * `framing`: whether Host and Content-Length are added as they should be
 */
export function bytesOf({ method = 'POST', target = '/mcp', version = 'HTTP/1.1', headers = [], body, framing = true }) {
  const content = body === undefined ? undefined : Buffer.from(body);
  let head = `${method} ${target} ${version}\r\n`;
  if (framing) head += 'Host: localhost\r\n';
  for (const [name, value] of headers) head += `${name}: ${value}\r\n`;
  if (framing && content !== undefined) head += `Content-Length: ${content.length}\r\n`;
  const start = Buffer.from(`${head}\r\n`, 'latin1');
  return content === undefined ? start : Buffer.concat([start, content]);
}

/** A credential where it is taken: Nippy's keys come in a header of their own alone. */
export const bearer = (key) => (key.startsWith('npk_') ? ['X-API-Key', key] : ['Authorization', `Bearer ${key}`]);
export const JSON_TYPE = ['Content-Type', 'application/json'];
/** As a client of MCP sends it. */
export const ACCEPT = ['Accept', 'application/json, text/event-stream'];

/** The headers of a whole message for `/mcp`. */
export const forMcp = (key) => [bearer(key), JSON_TYPE, ACCEPT];
