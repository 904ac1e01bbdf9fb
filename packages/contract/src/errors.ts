import { nextSteps } from './next-steps.js';
import type { FieldIssue } from './schema.js';

interface CatalogueEntry {
  /** HTTP status. */
  readonly status: number;
  /** JSON-RPC error code. `null`: a tool's own outcome, told inside the result (`isError`), not as a protocol error. */
  readonly jsonRpc: number | null;
  /** What it means, in a few words; the text when none more exact is given. */
  readonly title: string;
}

/**
 * Every error a caller can meet. Codes are stable; each has its page in `docs/errors/<code>.md`.
 * HTTP statuses follow RFC 9110 and RFC 6585; JSON-RPC codes follow JSON-RPC 2.0, section 5.1.
 */
export const catalogue = {
  malformed_request: { status: 400, jsonRpc: -32600, title: 'The request is malformed' },
  malformed_json: { status: 400, jsonRpc: -32700, title: 'The body is not valid JSON' },
  invalid_input: { status: 400, jsonRpc: -32602, title: 'The input is not valid' },
  header_mismatch: { status: 400, jsonRpc: -32020, title: 'The headers and the body do not agree' },
  missing_capability: { status: 400, jsonRpc: -32021, title: 'The client cannot do what this call needs' },
  unsupported_version: { status: 400, jsonRpc: -32022, title: 'This protocol version is not spoken here' },
  unauthenticated: { status: 401, jsonRpc: -32001, title: 'Authentication is required' },
  invalid_credential: { status: 401, jsonRpc: -32001, title: 'The credential is not valid' },
  tenant_required: { status: 400, jsonRpc: -32001, title: 'A credential that is bound to a tenant is required' },
  insufficient_scope: { status: 403, jsonRpc: -32001, title: 'Permission denied' },
  forbidden: { status: 403, jsonRpc: -32001, title: 'Permission denied' },
  plan_limit: { status: 403, jsonRpc: null, title: 'The plan does not allow more' },
  origin_not_allowed: { status: 403, jsonRpc: -32600, title: 'This origin is not allowed' },
  not_found: { status: 404, jsonRpc: null, title: 'Not found' },
  unknown_method: { status: 404, jsonRpc: -32601, title: 'There is no such method' },
  unknown_tool: { status: 404, jsonRpc: -32602, title: 'There is no such tool' },
  unknown_prompt: { status: 404, jsonRpc: -32602, title: 'There is no such prompt' },
  unknown_resource: { status: 404, jsonRpc: -32602, title: 'There is no such resource' },
  unknown_session: { status: 404, jsonRpc: -32600, title: 'There is no such session' },
  unknown_route: { status: 404, jsonRpc: -32601, title: 'There is nothing at this address' },
  method_not_allowed: { status: 405, jsonRpc: -32600, title: 'This method is not allowed here' },
  request_timeout: { status: 408, jsonRpc: -32600, title: 'The request did not arrive in time' },
  conflict: { status: 409, jsonRpc: null, title: 'This conflicts with what is there' },
  payload_too_large: { status: 413, jsonRpc: -32600, title: 'The body is too large' },
  unsupported_media_type: { status: 415, jsonRpc: -32600, title: 'This content type is not supported' },
  misdirected: { status: 421, jsonRpc: -32600, title: 'This host is not served here' },
  idempotency_mismatch: { status: 422, jsonRpc: null, title: 'This idempotency key was used with another request' },
  rate_limited: { status: 429, jsonRpc: -31429, title: 'Too many requests' },
  headers_too_large: { status: 431, jsonRpc: -32600, title: 'The headers are too large' },
  internal: { status: 500, jsonRpc: -32603, title: 'Something went wrong on our side' },
  upstream_failed: { status: 502, jsonRpc: null, title: 'Another service did not do its part' },
  unavailable: { status: 503, jsonRpc: -32603, title: 'This is not available right now' },
  timed_out: { status: 503, jsonRpc: -32603, title: 'This took too long' },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof catalogue;

/** By the code, so that every failure names a next step. */
const steps: Readonly<Record<ErrorCode, string>> = nextSteps;

export function catalogueEntry(code: ErrorCode): CatalogueEntry {
  return catalogue[code];
}

/** Why a call did not do what was asked, in words for the caller. The internal cause stays in the log. */
export interface Failure {
  readonly code: ErrorCode;
  /** A sentence for people. Never holds a secret, nor another tenant's data. */
  readonly text: string;
  readonly fields?: readonly FieldIssue[];
  /** Scopes the caller would need and lacks. */
  readonly missing?: readonly string[];
  readonly retryAfterSeconds?: number;
  /** The id of what an earlier call made, which this one would have made again. */
  readonly made?: string;
  /** What the caller can do next, one sentence. @default what mostly helps against this code */
  readonly next?: string;
}

/** An expected outcome that is not success. Return it, or throw it from deeper down: the pipeline treats both alike. */
export class Refusal extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.text);
    this.name = 'Refusal';
    this.failure = failure;
  }
}

/** `refuse('not_found', 'No ticket with this id.')` */
export function refuse(code: ErrorCode, text?: string, more?: Omit<Failure, 'code' | 'text'>): Refusal {
  return new Refusal({ code, text: text ?? catalogue[code].title, ...more });
}

const TEXT_LENGTH = 500;
const PATH_LENGTH = 200;
const FIELDS = 50;

/** The beginning of a text that a caller may have chosen. */
export function brief(text: string, length: number = TEXT_LENGTH): string {
  return text.length <= length ? text : `${text.slice(0, length).toWellFormed()}…`;
}

/** The same failure as it is answered: with a next step, and short enough, for what was sent may be in it, and was not short. */
export function briefly<F extends Failure>(failure: F): F {
  const { text, fields, missing } = failure;
  return {
    ...failure,
    next: failure.next ?? steps[failure.code],
    text: brief(text),
    ...(fields === undefined
      ? {}
      : { fields: fields.slice(0, FIELDS).map(({ path, message }) => ({ path: brief(path, PATH_LENGTH), message: brief(message) })) }),
    ...(missing === undefined ? {} : { missing: missing.slice(0, FIELDS).map((scope) => brief(scope, PATH_LENGTH)) }),
  };
}

/** A refusal for one field of the input: status 400 with the field named. */
export function refuseField(path: string, message: string): Refusal {
  return refuse('invalid_input', `${path}: ${message}`, { fields: [{ path, message }] });
}
