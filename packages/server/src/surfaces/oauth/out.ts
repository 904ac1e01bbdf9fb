import { type Failure, briefly, catalogueEntry } from '@gatehouse/contract';
import type { HttpIn, HttpOut, LogFields } from '../http.js';

/** Why a request was refused, in the words of RFC 6749, section 5.2, RFC 7591, section 3.2.2, and RFC 8707, section 2. */
export interface OauthFault {
  readonly status: number;
  readonly error: string;
  readonly text: string;
  /** For the log: what the caller is not told, and the program that asked. */
  readonly reason?: string | undefined;
  readonly client?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A failure of ours in those words. */
export function faultOf(failure: Failure): OauthFault {
  const { code, retryAfterSeconds } = failure;
  const { status } = catalogueEntry(code);
  const { text, next } = briefly(failure);
  const headers = retryAfterSeconds === undefined ? undefined : { 'retry-after': String(Math.max(1, Math.ceil(retryAfterSeconds))) };
  return { status, error: errorOf(status), text: `${text} ${next}`, reason: code, ...(headers === undefined ? {} : { headers }) };
}

function errorOf(status: number): string {
  if (status < 500) return status === 429 ? 'rate_limited' : 'invalid_request';
  return status === 503 ? 'temporarily_unavailable' : 'server_error';
}

/** JSON that nobody keeps (RFC 6749, section 5.1). */
export function jsonOut(
  request: Pick<HttpIn, 'requestId'>,
  operation: string,
  status: number,
  value: object | string,
  more: { readonly headers?: HttpOut['headers']; readonly log?: LogFields } = {},
): HttpOut {
  return {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      pragma: 'no-cache',
      'x-request-id': request.requestId,
      ...more.headers,
    },
    body: typeof value === 'string' ? value : JSON.stringify(value),
    log: { operation, ...more.log },
  };
}

/** What a description must not hold (RFC 6749, section 5.2), and may where it repeats what a caller sent. */
const UNSAYABLE = /[^ !#-[\]-~]/g;

export function faultOut(request: Pick<HttpIn, 'requestId'>, operation: string, { status, error, text, reason, client, headers }: OauthFault): HttpOut {
  return jsonOut(
    request,
    operation,
    status,
    { error, error_description: text.replace(UNSAYABLE, '?') },
    {
      ...(headers === undefined ? {} : { headers }),
      log: { code: error, ...(reason === undefined ? {} : { reason }), ...(client === undefined ? {} : { client }) },
    },
  );
}

export const invalidRequest = (text: string): OauthFault => ({ status: 400, error: 'invalid_request', text });
