import { type FieldIssue, type Operation, Refusal, kindOf, refuse } from '@gatehouse/contract';
import type { HttpIn } from '../http.js';
import { decodeJson, textFault } from '../json.js';

/** A route with all that decoding needs, made at start. */
export interface Route {
  readonly op: Operation;
  readonly coercions: ReadonlyMap<string, (text: string) => unknown>;
  readonly hasBody: boolean;
}

/** Path, query and body as one input. The path wins over nothing: a name given twice with two values is refused. */
export function inputOf(request: HttpIn, route: Route, parameters: Readonly<Record<string, string | undefined>>): Record<string, unknown> | Refusal {
  const body = route.hasBody ? bodyOf(request, route.op) : undefined;
  if (body instanceof Refusal) return body;
  const input: Record<string, unknown> = { ...body };
  const issues: FieldIssue[] = [];
  const add = (name: string, text: string) => {
    const value = route.coercions.get(name)?.(text) ?? text;
    const fault = textFault(text);
    if (fault !== undefined) issues.push({ path: name, message: `Holds ${fault}` });
    else if (Object.hasOwn(input, name) && input[name] !== value)
      issues.push({ path: name, message: Array.isArray(value) ? 'Given twice: put commas between its values' : 'Given twice, with different values' });
    else Object.defineProperty(input, name, { value, enumerable: true, writable: true, configurable: true });
  };
  for (const [name, text] of Object.entries(parameters)) if (text !== undefined) add(name, text);
  if (request.query !== '') {
    const query = queryOf(request.query);
    if (query === undefined) return refuse('malformed_request', 'The query is not valid percent-encoded UTF-8.');
    for (const [name, text] of query) add(name, text);
  }
  if (isFile(request, route.op)) nameType(input, request, route.op);
  return issues.length === 0 ? input : refuse('invalid_input', `${issues[0]?.path}: ${issues[0]?.message}`, { fields: issues });
}

/** `application/x-www-form-urlencoded` pairs (WHATWG URL, section 5.1); undefined where an escape is broken. */
function queryOf(query: string): [string, string][] | undefined {
  try {
    return query
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => {
        const at = pair.indexOf('=');
        return at === -1 ? [decode(pair), ''] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))];
      });
  } catch {
    return undefined;
  }
}

const decode = (text: string) => decodeURIComponent(text.replaceAll('+', ' '));

function bodyOf(request: HttpIn, op: Operation): Record<string, unknown> | Refusal {
  const { rest } = op;
  const contentType = request.header('content-type');
  if (isFile(request, op) && rest?.body !== undefined) {
    if (contentType !== undefined && FORM.test(contentType)) return refuse('unsupported_media_type', 'A form is not taken apart here.', { next: FILE_ALONE });
    return { [rest.body]: request.body };
  }
  if (request.body.length === 0) return {};
  if (!isJson(contentType)) {
    return refuse('unsupported_media_type', 'The body must be JSON.', { next: 'Send the header "Content-Type: application/json".' });
  }
  const decoded = decodeJson(request.body);
  if (!decoded.ok) return refuse('malformed_json', decoded.text, decoded.more);
  const { value } = decoded;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const message = `Expected an object, not ${kindOf(value)}`;
    return refuse('invalid_input', message, { fields: [{ path: '', message }], next: 'Send the fields as one JSON object.' });
  }
  return value as Record<string, unknown>;
}

const FORM = /^multipart\//i;
const FILE_ALONE = 'Send the bytes of the file alone as the body, and its name in the query.';
const FIELDS = /^application\/json\s*(?:;|$)/i;

/** Whether the whole body is the field that takes it: fields come as `application/json` alone, not as a dialect, and what has no type is bytes (RFC 9110, section 8.3). */
function isFile(request: HttpIn, { rest }: Operation): boolean {
  if (rest?.body === undefined) return false;
  const contentType = request.header('content-type');
  return contentType === undefined ? request.body.length > 0 : !FIELDS.test(contentType);
}

/** The type of a file where its fields do not say it: a client may have set the header by itself. */
function nameType(input: Record<string, unknown>, request: HttpIn, { input: { shape } }: Operation): void {
  const contentType = request.header('content-type');
  if (contentType !== undefined && Object.hasOwn(shape, 'content_type') && !Object.hasOwn(input, 'content_type')) input['content_type'] = contentType;
}

/** RFC 8259, section 11: no charset is defined for JSON; `utf-8` is harmless, anything else is not JSON. */
export function isJson(contentType: string | undefined): boolean {
  if (contentType === 'application/json') return true;
  return contentType !== undefined && /^application\/(?:[a-z0-9.+-]+\+)?json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(contentType);
}
