import { type Failure, briefly, catalogueEntry } from '@gatehouse/contract';
import type { Verdict } from '../../domain/window.js';
import type { Presenters } from '../../runtime/platform.js';
import { messagesByField } from '../../runtime/define-platform.js';
import type { LogFields } from '../http.js';
import { limitHeaders } from '../limit-headers.js';
import { type Reply, jsonHeaders } from './reply.js';

/** A failure of the protocol itself, with what its code adds to `error.data`. */
export interface Fault extends Failure {
  readonly more?: Readonly<Record<string, unknown>>;
  /** JSON-RPC code, where it is not the catalogue's. */
  readonly jsonRpc?: number;
}

export interface FaultContext {
  /** JSON: the request's id, or `null` where it could not be read. */
  readonly id: string;
  readonly requestId: string;
  /** HTTP status. @default the catalogue's */
  readonly status?: number;
  readonly limit?: Verdict | undefined;
  /** `WWW-Authenticate`, where one is due. */
  readonly challenge?: string | undefined;
  readonly log?: LogFields;
  /** Answers some failures in a platform's own words, outside of the protocol. */
  readonly plain?: Presenters['mcp'] | undefined;
}

/** JSON-RPC 2.0, section 5.1, for a code that the catalogue gives none: a tool's outcome that reached us outside of a tool. */
const INTERNAL = -32603;

/** An error response; with the headers that its status calls for. */
export function faultReply(whole: Fault, { id, requestId, status: wanted, limit, challenge, log, plain }: FaultContext): Reply {
  const fault = briefly(whole);
  const entry = catalogueEntry(fault.code);
  const own = plain?.(fault, requestId);
  const status = own?.status ?? wanted ?? entry.status;
  const error = JSON.stringify({
    code: fault.jsonRpc ?? entry.jsonRpc ?? INTERNAL,
    message: fault.text,
    data: { ...fault.more, ...failureData(fault, requestId, limit) },
  });
  return {
    status,
    headers: { ...failureHeaders(fault, status, requestId, limit), ...(challenge === undefined ? {} : { 'www-authenticate': challenge }) },
    body: own === undefined ? `{"jsonrpc":"2.0","id":${id},"error":${error}}` : JSON.stringify(own.body),
    log: { ...log, code: fault.code },
  };
}

/** What a machine needs to act on a failure; the same members as over REST. */
function failureData({ code, fields, missing, retryAfterSeconds, made, next }: Failure, requestId: string, limit?: Verdict): object {
  return {
    code,
    request_id: requestId,
    ...(fields === undefined ? {} : { fields: messagesByField(fields) }),
    ...(missing === undefined ? {} : { missing }),
    ...(retryAfterSeconds === undefined ? {} : { retry_after_seconds: Math.ceil(retryAfterSeconds) }),
    ...(limit === undefined || limit.allowed ? {} : { limit: limitData(limit) }),
    ...(made === undefined ? {} : { made }),
    ...(next === undefined ? {} : { next }),
  };
}

/** Which limit, without whose: the bucket's key holds an id. */
function limitData({ bucket }: Verdict): object {
  return { of: bucket.key.slice(0, bucket.key.indexOf(':')), limit: bucket.limit, period_seconds: bucket.periodSeconds };
}

function failureHeaders(failure: Failure, status: number, requestId: string, limit: Verdict | undefined): Reply['headers'] {
  const headers: Record<string, string> = { ...limitHeaders(limit), ...jsonHeaders(requestId) };
  if (failure.retryAfterSeconds !== undefined && status >= 429) headers['retry-after'] = String(Math.max(1, Math.ceil(failure.retryAfterSeconds)));
  if (status === 405) headers.allow = 'POST';
  return headers;
}
