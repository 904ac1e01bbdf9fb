import type { Failure } from '@gatehouse/contract';
import type { Config } from '../config.js';
import { isAddress, isLoopbackName } from '../domain/address.js';

export interface OriginCheck {
  /** Whether a page of this origin may call us. */
  allows(origin: string): boolean;
  /** What is wrong with the `Host` or the `Origin` of a request, if anything. */
  faultIn(request: { header(name: string): string | undefined }): Failure | undefined;
}

/**
 * Against DNS rebinding and foreign pages: `Origin`, where present, must be our own or allowed, and `Host` must be
 * ours, a loopback name, or an address (which cannot be rebound). Required of MCP servers (Streamable HTTP, Security).
 */
export function originCheck({ publicUrl, corsOrigins, development }: Config): OriginCheck {
  const allowed = new Set(publicUrl === undefined ? corsOrigins : [publicUrl, ...corsOrigins]);
  const ownHost = publicUrl === undefined ? undefined : new URL(publicUrl).hostname;
  const allows = (origin: string) => allowed.has(origin) || (development && URL.canParse(origin) && isLoopbackName(new URL(origin).hostname));
  const hosts = new Map<string, boolean>();
  const ours = (host: string) => {
    const name = host.replace(/:\d+$/, '').toLowerCase();
    return name === ownHost || isLoopbackName(name) || isAddress(name);
  };
  const known = (host: string) => {
    const answer = hosts.get(host);
    if (answer !== undefined) return answer;
    if (hosts.size > 256) hosts.clear();
    hosts.set(host, ours(host));
    return ours(host);
  };
  return {
    allows,
    faultIn(request) {
      const host = request.header('host');
      if (host !== undefined && !known(host))
        return {
          code: 'misdirected',
          text: 'This host is not served here.',
          next: 'Start the server with --public-url to serve it under another name than loopback.',
        };
      const origin = request.header('origin');
      if (origin === undefined || allows(origin)) return undefined;
      return { code: 'origin_not_allowed', text: 'Pages of this origin may not call this server.', next: 'Name the origin in --cors-origins.' };
    },
  };
}
