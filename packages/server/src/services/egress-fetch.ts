import type { Egress, EgressFailure, EgressLimits } from './egress.js';

/** What a library that wants a `fetch` asks with: part of the Fetch Standard's `RequestInit`. */
export interface FetchOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>> | Headers;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** No answer came, or none that is taken. */
export class EgressError extends Error {
  readonly reason: EgressFailure;
  constructor(url: string, reason: EgressFailure) {
    super(`The request to ${hostOf(url)} failed: ${reason}`);
    this.name = 'EgressError';
    this.reason = reason;
  }
}

/**
 * The egress in the form of `fetch`, for libraries that take one. Like it, the promise is rejected only where there is no answer; unlike
 * it, a redirect is none.
 * @throws {EgressError} from the returned function
 */
export function egressFetch(egress: Egress, limits: Omit<EgressLimits, 'signal'> = {}): (url: string, options?: FetchOptions) => Promise<Response> {
  return async (url, { method = 'GET', headers = {}, body, signal } = {}) => {
    const asked = Object.fromEntries(new Headers(headers));
    const answer = await egress.request(url, { ...limits, method, signal, ...bodyOf(asked, body) });
    if (!answer.ok) throw new EgressError(url, answer.reason);
    const lines = Object.entries(answer.headers).flatMap(([name, value]) => [value ?? []].flat().map((line): [string, string] => [name, line]));
    // These statuses have no body (Fetch Standard, section 2.2.3), and `Response` minds.
    const bodiless = [204, 205].includes(answer.status);
    return new Response(bodiless ? null : new Uint8Array(answer.body), { status: answer.status, headers: lines });
  };
}

function bodyOf(
  headers: Readonly<Record<string, string>>,
  body: unknown,
): { readonly headers: Readonly<Record<string, string>>; readonly body: string | Uint8Array | undefined } {
  if (body === undefined || body === null) return { headers, body: undefined };
  if (typeof body === 'string' || body instanceof Uint8Array) return { headers, body };
  if (body instanceof ArrayBuffer) return { headers, body: new Uint8Array(body) };
  if (body instanceof URLSearchParams)
    return { headers: { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8', ...headers }, body: body.toString() };
  throw new TypeError('A body that is neither text nor bytes nor a form cannot be sent');
}

/** A URL may hold a secret in its query. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'no URL';
}
