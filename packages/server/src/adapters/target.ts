import type { IncomingMessage } from 'node:http';
import type { Failure } from '@gatehouse/contract';

const WHOLE = /^https?:\/\/([^/?#]*)(.*)$/is;

/** A target may be a whole URL (RFC 9112, section 3.2.2): then it says which host is meant, whatever the header says. */
export function readTarget(request: IncomingMessage): void {
  const { url = '/', headers } = request;
  if (url.startsWith('/') || headers.host === undefined) return;
  const found = WHOLE.exec(url);
  if (found === null) return;
  const [, host = '', path = ''] = found;
  headers.host = host;
  request.url = path.startsWith('/') ? path : `/${path}`;
}

/** What is wrong with where a request is to go, or undefined. */
export function targetFault({ url = '/', headers, httpVersion }: IncomingMessage): Failure | undefined {
  // RFC 9112, section 3.2.
  if (headers.host === undefined && httpVersion !== '1.0') return { code: 'malformed_request', text: 'A request of HTTP/1.1 needs the header Host.' };
  return url.includes('%') && !isUtf8(url) ? { code: 'malformed_request', text: 'The path is not valid percent-encoded UTF-8.' } : undefined;
}

/** An escape in the path that is no UTF-8 names nothing. */
function isUtf8(url: string): boolean {
  try {
    decodeURIComponent(url.split('?', 1)[0] ?? '');
    return true;
  } catch {
    return false;
  }
}
