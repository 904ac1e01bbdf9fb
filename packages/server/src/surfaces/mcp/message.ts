export type JsonObject = { readonly [name: string]: unknown };

/** One JSON-RPC message (JSON-RPC 2.0, sections 4 and 5), as far as MCP admits it. */
export type Message =
  | Request
  | Notification
  | Response
  | {
      readonly is: 'invalid';
      /** JSON: the id where it could be read, else `null`. */
      readonly id: string;
      readonly text: string;
    };

export interface Request {
  readonly is: 'request';
  /** JSON, ready to be put into the answer. */
  readonly id: string;
  readonly method: string;
  /** Empty where the request has none; undefined where they are by position, or no structure at all. */
  readonly params: JsonObject | undefined;
}

export interface Notification {
  readonly is: 'notification';
  readonly method: string;
  readonly params: JsonObject | undefined;
}

/** An answer to a request of ours. One of `result` and `error` is there. */
export interface Response {
  readonly is: 'response';
  readonly id: unknown;
  readonly result: unknown;
  readonly error: unknown;
}

const NONE: JsonObject = Object.freeze({});

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads one element; never throws. Members that JSON-RPC does not define are ignored. */
export function readMessage(value: unknown): Message {
  if (!isObject(value)) return { is: 'invalid', id: 'null', text: 'A JSON-RPC message is an object.' };
  const id = encodedId(value.id);
  const invalid = (text: string): Message => ({ is: 'invalid', id: id ?? 'null', text });
  if (value.jsonrpc !== '2.0') return invalid('"jsonrpc" must be "2.0".');
  if (value.id !== undefined && id === undefined) return invalid('"id" must be a string, or a number that is not beyond 2^53.');
  const { method } = value;
  if (typeof method !== 'string') {
    const { result, error } = value;
    if (method === undefined && (result !== undefined || error !== undefined)) return { is: 'response', id: value.id, result, error };
    return invalid('"method" must be a string.');
  }
  const params = paramsOf(value.params);
  return id === undefined ? { is: 'notification', method, params } : { is: 'request', id, method, params };
}

/** Some clients write `null` for parameters that they do not have. */
function paramsOf(params: unknown): JsonObject | undefined {
  if (params === undefined || params === null) return NONE;
  return isObject(params) ? params : undefined;
}

/** An integer too large for a double has already lost digits: echoing it would answer another request. */
export function encodedId(id: unknown): string | undefined {
  if (typeof id === 'string') return JSON.stringify(id);
  if (typeof id !== 'number' || !Number.isFinite(id)) return undefined;
  return Number.isInteger(id) && !Number.isSafeInteger(id) ? undefined : String(id);
}
