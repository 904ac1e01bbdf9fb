// What every answer must be, whatever was asked.
import { catalogue } from '@gatehouse/contract';

const CODES = new Set(Object.keys(catalogue));
/** Of our own making: a request id. */
const REQUEST_ID = /^[A-Za-z0-9_-]{8,64}$/;
/** A stack's line, a path of a module, SQL, a driver's or Node's own words, a raw key. None of it is in what we send. */
const LEAKS = [
  ['a stack', /\n\s+at |\bat (?:async )?[\w.<>]+ \(|\(node:[a-z]+/],
  ['a path', /node_modules|\/packages\/|\/dist\/|\.[cm]?[jt]s:\d+/],
  ['SQL', /\bSQLITE_|\b(?:insert into|select \S+ from|update "?\w+"? set|delete from)\b|syntax error at|relation "/i],
  ['an error of the runtime', /\b(?:TypeError|RangeError|ReferenceError|SyntaxError|ERR_[A-Z_]+|Cannot read propert|is not a function|Maximum call stack)/],
];

/**
 * What is wrong with an answer, or undefined.
 * @param {{ status: number, headers: Record<string, string>, body: string }} answer
 * @param {{ id?: string, bodiless?: boolean, page?: boolean, secrets: readonly string[] }} expected `id`: JSON of the id that must be echoed, where the request was understood;
 * `page`: an answer for people, or in the words of OAuth
 */
export function faultIn(answer, { id, bodiless = false, page = false, secrets }) {
  const { status, headers, body } = answer;
  if (status >= 500 && !(status === 503 && headers['retry-after'] !== undefined)) return `status ${status}`;
  const requestId = headers['x-request-id'];
  if (requestId === undefined || !REQUEST_ID.test(requestId)) return `request id ${requestId}`;
  for (const secret of secrets) if (body.includes(secret)) return 'a credential in the answer';
  if (page) return pageFault(answer, bodiless);
  if (bodiless || status === 204 || status === 304) return undefined;
  if (body === '') return status === 202 ? undefined : `a ${status} without a body`;
  return leakIn(body) ?? bodyFault(answer, requestId, id);
}

/** What is sent as text must come back as text. */
export const MARKUP = '"><script>fuzz</script>';
/** Nobody is sent to where a request said, but where it is registered. */
const OWN = /^\/(?![/\\])|^https:\/\/shop\.example\/thanks\b|^http:\/\/127\.0\.0\.1:\d+\/callback\b/;

function pageFault({ status, headers, body }, bodiless) {
  const { location, refresh } = headers;
  const to = location ?? /^0;url=(.*)$/.exec(refresh ?? '')?.[1];
  if (to !== undefined && !OWN.test(to)) return `leads to ${to}`;
  if (bodiless) return undefined;
  const type = headers['content-type'] ?? '';
  if (body.includes('<script')) return 'a script in the answer';
  if (status >= 400 && type.startsWith('application/json') && !isText(parsed(body)?.error)) return 'a failure without a text';
  return leakIn(body);
}

/** What an answer shows that is none of the caller's business, or undefined. */
function leakIn(text) {
  return LEAKS.find(([, pattern]) => pattern.test(text))?.[0];
}

function bodyFault({ status, headers, body }, requestId, id) {
  const type = headers['content-type'] ?? '';
  if (type.startsWith('text/event-stream')) return streamFault(body, id);
  if (!type.startsWith('application/json')) return status < 400 ? undefined : `content type ${type} of a ${status}`;
  const value = parsed(body);
  if (value === undefined) return 'a body that is no JSON';
  // Lists of REST have rows in them, batches messages.
  if (Array.isArray(value) && value.some((one) => one?.jsonrpc !== undefined))
    return value.map((one) => messageFault(one, status, requestId)).find((fault) => fault !== undefined);
  if (value !== null && value.jsonrpc === '2.0') return messageFault(value, status, requestId, id);
  return status < 400 ? undefined : restFault(value, requestId);
}

/** Events on the way to an answer, and the answer. */
function streamFault(body, id) {
  // Not by a pattern's idea of a line, which ends at U+2028 too.
  const lines = body.split('\n').filter((line) => line.startsWith('data:'));
  const messages = lines.map((line) => parsed(line.slice('data:'.length)));
  if (messages.some((message) => message?.jsonrpc !== '2.0')) return 'an event that is no message';
  const last = messages.at(-1);
  if (last === undefined || !('result' in last || 'error' in last)) return 'a stream that ends without an answer';
  return id === undefined || JSON.stringify(last.id) === id ? undefined : `id ${JSON.stringify(last.id)} in place of ${id}`;
}

function messageFault(message, status, requestId, id) {
  if (message?.jsonrpc !== '2.0' || !('id' in message)) return 'no JSON-RPC answer';
  if (id !== undefined && status === 200 && JSON.stringify(message.id) !== id) return `id ${JSON.stringify(message.id)} in place of ${id}`;
  if ('error' in message === 'result' in message) return 'neither or both of error and result';
  if (!('error' in message)) return status >= 400 ? `a result with status ${status}` : undefined;
  const { code, message: text, data } = message.error;
  if (!Number.isInteger(code) || typeof text !== 'string' || text === '') return 'an error without code or text';
  return codeFault(data?.code, data?.request_id, requestId);
}

function restFault(body, requestId) {
  if (!isText(body?.error)) return 'a failure without a text';
  return codeFault(body.code, body.request_id, requestId);
}

/** One, or by field, as some platforms have it. */
function isText(error) {
  if (typeof error === 'string') return error !== '';
  return typeof error === 'object' && error !== null && Object.values(error).every((texts) => texts?.length > 0);
}

function codeFault(code, inBody, inHeader) {
  if (!CODES.has(code)) return `the code ${code}`;
  if (code === 'internal') return 'an internal error';
  return inBody === inHeader ? undefined : 'another request id in the body than in the header';
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
