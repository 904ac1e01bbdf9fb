import type { Failure } from '@gatehouse/contract';
import type { Config } from '../config.js';
import { isAddress, isLoopbackName } from '../domain/address.js';
import { isLoopbackOrigin } from '../domain/origin.js';
import type { HttpIn, HttpOut } from '../surfaces/http.js';
import type { Core } from './core.js';

export interface OriginCheck {
  /** The answer to a preflight (Fetch Standard, section 3.2), for a page that may call us; undefined for anything else. */
  preflight(request: Asked): HttpOut | undefined;
  /** What lets a page of this origin read the answer; undefined where no page asked. */
  sharedWith(request: Asked): Readonly<Record<string, string>> | undefined;
  /** What is wrong with the `Host` or the `Origin` of a request, if anything. */
  faultIn(request: Asked): Failure | undefined;
}

type Asked = Pick<HttpIn, 'method' | 'path' | 'header'>;

/** A page that may call may send whatever a program may, and read whatever it is answered: `*` stands for all headers but the first. */
const PREFLIGHT = {
  'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers': 'authorization, *',
  'access-control-max-age': '600',
};
const EXPOSED = '*';

/**
 * Against DNS rebinding and foreign pages: `Origin`, where present, must be our own or allowed, and `Host` must be
 * ours, a loopback name, or an address (which cannot be rebound). Required of MCP servers (Streamable HTTP, Security).
 * What is public is for the pages of all.
 */
export function originCheck({ publicUrl, corsOrigins, development }: Config, core: Pick<Core, 'isPublic' | 'takesFormsOfOthers'> = {}): OriginCheck {
  const isPublic = (path: string) => core.isPublic?.(path) === true;
  const takesForms = ({ method, path }: Asked) => method === 'POST' && core.takesFormsOfOthers?.(path) === true;
  const allowed = new Set(publicUrl === undefined ? corsOrigins : [publicUrl, ...corsOrigins]);
  const ownHost = publicUrl === undefined ? undefined : new URL(publicUrl).hostname;
  // Echoed in an answer, so it must be an origin as browsers write it, and nothing more.
  const allows = (origin: string) => allowed.has(origin) || (development && isLoopbackOrigin(origin));
  const hosts = new Map<string, boolean>();
  const ours = (host: string) => {
    const name = host.replace(/:\d+$/, '').toLowerCase();
    return name === ownHost || isLoopbackName(name) || isAddress(name);
  };
  const known = (host: string) => {
    const remembered = hosts.get(host);
    if (remembered !== undefined) return remembered;
    if (hosts.size > 256) hosts.clear();
    const answer = ours(host);
    hosts.set(host, answer);
    return answer;
  };
  const sharedWith: OriginCheck['sharedWith'] = (request) => {
    const origin = request.header('origin');
    if (origin === undefined) return undefined;
    if (isPublic(request.path)) return { 'access-control-allow-origin': '*', 'access-control-expose-headers': EXPOSED };
    if (!allows(origin)) return undefined;
    return { 'access-control-allow-origin': origin, 'access-control-expose-headers': EXPOSED, vary: 'Origin' };
  };
  return {
    sharedWith,
    preflight(request) {
      const asked = request.method === 'OPTIONS' && request.header('access-control-request-method') !== undefined;
      // What every answer is shared with goes along by itself: said twice, no browser takes it.
      return asked && sharedWith(request) !== undefined ? { status: 204, headers: PREFLIGHT, body: null } : undefined;
    },
    faultIn(request) {
      const host = request.header('host');
      if (host !== undefined && !known(host))
        return {
          code: 'misdirected',
          text: 'This host is not served here.',
          next: 'Start the server with --public-url to serve it under another name than loopback.',
        };
      const origin = request.header('origin');
      if (origin === undefined || allows(origin) || isPublic(request.path) || takesForms(request)) return undefined;
      return { code: 'origin_not_allowed', text: 'Pages of this origin may not call this server.', next: 'Name the origin in --cors-origins.' };
    },
  };
}
