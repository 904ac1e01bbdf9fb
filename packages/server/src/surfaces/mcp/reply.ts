import type { HttpOut, LogFields, WholeBody } from '../http.js';

/** An answer that is whole, so that it can also become an element of a batch. */
export interface Reply extends HttpOut {
  readonly body: WholeBody;
}

export function jsonHeaders(requestId: string): HttpOut['headers'] {
  return { 'content-type': 'application/json', 'x-request-id': requestId };
}

/** The answer to a request by its id, both as JSON. */
export function resultReply(id: string, result: string, requestId: string, log: LogFields): Reply {
  return { status: 200, headers: jsonHeaders(requestId), body: `{"jsonrpc":"2.0","id":${id},"result":${result}}`, log };
}

/** The answer to what awaits none. */
export function acceptedReply(status: number, requestId: string, log: LogFields): Reply {
  return { status, headers: { 'x-request-id': requestId }, body: null, log };
}
