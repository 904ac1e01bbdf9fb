import type { HttpOut, LogFields } from '../http.js';

/** An answer that is whole, so that it can also become an element of a batch. */
export interface Reply extends HttpOut {
  readonly body: string | Uint8Array | null;
}

/** Shared by all answers: never changed. */
export const JSON_HEADERS: HttpOut['headers'] = Object.freeze({ 'content-type': 'application/json' });
export const NO_HEADERS: HttpOut['headers'] = Object.freeze({});

/** The answer to a request by its id, both as JSON. */
export function resultReply(id: string, result: string, log?: LogFields): Reply {
  const body = `{"jsonrpc":"2.0","id":${id},"result":${result}}`;
  return log === undefined ? { status: 200, headers: JSON_HEADERS, body } : { status: 200, headers: JSON_HEADERS, body, log };
}

/** The answer to what awaits none. */
export function acceptedReply(status: number): Reply {
  return { status, headers: NO_HEADERS, body: null };
}
