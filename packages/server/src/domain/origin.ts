import { isLoopbackName } from './address.js';

/** What is needed of a request to know under which origin it came. */
export interface Addressed {
  header(name: string): string | undefined;
}

/** `host`, `host:port`, `[address]:port` (RFC 9110, section 7.2). */
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d{1,5})?$/i;

/**
 * Our own origin, without a path or a slash behind it: the issuer (RFC 8414), the base of the resource (RFC 9728), whose pages are ours.
 * In production it is configuration, and never read from `Host`. In development (`publicUrl` is undefined) it is the host that was called
 * where that can only mean this machine, port included: `http://127.0.0.1:4100` and `http://localhost:4100` are two, as they are for browsers.
 */
export function originOf(request: Addressed, publicUrl: string | undefined): string {
  if (publicUrl !== undefined) return publicUrl;
  const host = request.header('host') ?? '';
  const name = HOST.exec(host)?.[1];
  return name !== undefined && isLoopbackName(name.toLowerCase()) && URL.canParse(`http://${host}`) ? new URL(`http://${host}`).origin : 'http://localhost';
}

/** Whether this is an origin as browsers write it, and can only mean this machine: in development each such one is ours. */
export function isLoopbackOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { origin, hostname } = new URL(text);
  return origin === text && isLoopbackName(hostname);
}
