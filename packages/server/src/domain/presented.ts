import { hash } from 'node:crypto';
import type { Caller, Presented } from './principal.js';
import { cookiesNamed } from './session-cookie.js';

/** What is needed of a request to know what it presents. */
export interface Bearing {
  header(name: string): string | undefined;
  readonly address: string;
  readonly secure: boolean;
  readonly requestId: string;
  /** The name of the cookie that holds a session here. Without it no cookie is a credential. */
  readonly sessionCookie?: string | undefined;
}

/** SHA-256 as lower-case hex: how every high-entropy secret is stored and looked up. */
export function sha256(value: string): string {
  return hash('sha256', value, 'hex');
}

/**
 * Reads the credentials of a request: `X-API-Key`, and `Authorization` with the scheme Bearer (RFC 6750, section 2.1;
 * schemes are case-insensitive, RFC 9110, section 11.1). Any other scheme is presented as it is, and nobody claims it. Then the cookie
 * of a session.
 */
export function callerOf(request: Bearing, surface?: Presented['surface']): Caller {
  return { presented: presentedIn(request, surface), address: request.address, secure: request.secure, requestId: request.requestId };
}

/** W3C Trace Context, section 3.2. */
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The trace that a request belongs to, where it says so in the right form. */
export function traceparentOf(request: Pick<Bearing, 'header'>): string | undefined {
  const traceparent = request.header('traceparent');
  return traceparent !== undefined && TRACEPARENT.test(traceparent) ? traceparent : undefined;
}

/** Every credential that a request brings. */
export function presentedIn(request: Pick<Bearing, 'header' | 'sessionCookie'>, surface?: Presented['surface']): Presented[] {
  const presented: Presented[] = [];
  const authorization = request.header('authorization');
  if (authorization !== undefined) presented.push(present(bearerOf(authorization), 'authorization', surface));
  const key = request.header('x-api-key');
  if (key !== undefined) presented.push(present(key.trim(), 'x-api-key', surface));
  const cookies = request.sessionCookie === undefined ? undefined : request.header('cookie');
  if (cookies !== undefined) for (const value of cookiesNamed(request.sessionCookie ?? '', cookies)) presented.push(present(value, 'cookie', surface));
  return presented;
}

export function present(value: string, via: Presented['via'], surface?: Presented['surface']): Presented {
  return { value, hash: sha256(value), via, surface };
}

function bearerOf(header: string): string {
  if (header.startsWith('Bearer ')) return header.slice(7).trim();
  const space = header.indexOf(' ');
  return space > 0 && header.slice(0, space).toLowerCase() === 'bearer' ? header.slice(space + 1).trim() : header;
}
