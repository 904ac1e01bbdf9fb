import type { HttpIn } from '../http.js';
import { decodeJson } from '../json.js';
import { type OauthFault, invalidRequest } from './out.js';

const LONGEST = 65_536;

/**
 * The parameters of a request to an endpoint of OAuth: a form (RFC 6749, appendix B), or the same members as a JSON object, which some programs
 * send. Without a type, or with another one, it is refused.
 */
export function readForm(request: HttpIn, longest = LONGEST): URLSearchParams | OauthFault {
  const type = typeOf(request);
  if (request.body.length > longest) return { status: 413, error: 'invalid_request', text: `The body is larger than ${longest} bytes.` };
  if (type === 'application/x-www-form-urlencoded') return readQuery(Buffer.from(request.body).toString('utf8'));
  if (type !== 'application/json') return invalidRequest('Send the parameters as application/x-www-form-urlencoded.');
  const decoded = decodeJson(request.body);
  if (!decoded.ok) return invalidRequest(decoded.text);
  const { value } = decoded;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return invalidRequest('The body must be a JSON object.');
  const members = Object.entries(value);
  if (!members.every((member): member is [string, string] => typeof member[1] === 'string')) return invalidRequest('Every parameter must be a text.');
  return valued(members);
}

/** The parameters of a query, or of a form as it was sent. */
export function readQuery(query: string): URLSearchParams {
  return valued(new URLSearchParams(query));
}

/** What has no value was not sent (RFC 6749, sections 3.1 and 3.2). */
function valued(given: Iterable<[string, string]>): URLSearchParams {
  return new URLSearchParams([...given].filter(([, value]) => value !== ''));
}

export function isForm(read: URLSearchParams | OauthFault): read is URLSearchParams {
  return read instanceof URLSearchParams;
}

/** `application/json` of `Application/JSON; charset=utf-8`; malformed or absent, none. */
export function typeOf(request: HttpIn): string | undefined {
  return /^\s*([\w.+-]+\/[\w.+-]+)\s*(?:;|$)/.exec(request.header('content-type') ?? '')?.[1]?.toLowerCase();
}

/** Whether a parameter that must not come twice does (RFC 6749, section 3.2). */
export function isRepeated(form: URLSearchParams): boolean {
  const names = [...form.keys()].filter((name) => name !== 'resource');
  return new Set(names).size < names.length;
}
