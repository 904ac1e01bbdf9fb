import { type ErrorCode, type Failure, type JsonSchema, type Operation, briefly, catalogueEntry } from '@gatehouse/contract';
import { mattersTwice } from '../../runtime/keyed.js';
import type { Platform } from '../../runtime/platform.js';
import type { Components } from './components.js';
import { header } from './headers.js';

const REQUEST_ID = 'req_k3vq0a2mzr41xw5bct0hdy2e';
const RETRY_SECONDS = 5;
/** A field's path and a message as no platform words them, so that they are known again in what it presents. */
const FIELD = 'title';

export interface FailureOptions {
  readonly platform: Pick<Platform, 'present' | 'scopes'>;
  /** Whether a plan of the platform limits calls. */
  readonly limited: boolean;
}

/** What this operation can be answered with when it does not succeed, by status. */
export function failuresOf(op: Operation, options: FailureOptions, components: Components): Record<string, object> {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codesOf(op, options)) {
    const { status } = catalogueEntry(code);
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, codes]) => [String(status), components.response(codes.join('.'), () => responseOf(status, codes, options, components))]),
  );
}

/** In the catalogue's own order, each once. */
function codesOf(op: Operation, { limited }: FailureOptions): ErrorCode[] {
  const { by, scope } = op.access;
  const open = by.includes('none');
  const hasBody = op.rest !== null && op.rest.method !== 'GET' && op.rest.method !== 'DELETE';
  const codes: (ErrorCode | false)[] = [
    'malformed_request',
    hasBody && 'malformed_json',
    'invalid_input',
    !open && 'unauthenticated',
    !open && 'invalid_credential',
    scope !== null && 'insufficient_scope',
    !open && 'forbidden',
    'origin_not_allowed',
    hasBody && 'payload_too_large',
    hasBody && 'unsupported_media_type',
    (limited || !open) && 'rate_limited',
    'internal',
    'unavailable',
    'timed_out',
    ...(mattersTwice(op) && !open ? (['conflict', 'idempotency_mismatch'] as const) : []),
    ...op.errors,
  ];
  return [...new Set(codes.filter((code) => code !== false))];
}

function responseOf(status: number, codes: readonly ErrorCode[], { platform }: FailureOptions, components: Components): object {
  const schemas = [...new Set(codes.map((code) => JSON.stringify(schemaOf(code, platform, components))))].map((json) => JSON.parse(json) as JsonSchema);
  return {
    description: codes.map((code) => `\`${code}\`: ${catalogueEntry(code).title}.`).join(' '),
    headers: {
      ...header('X-Request-Id'),
      ...(status === 429 || status === 503 ? header('Retry-After') : {}),
      ...(status === 429 ? header('RateLimit-Policy', 'RateLimit') : {}),
      ...(status === 401 ? header('WWW-Authenticate') : {}),
    },
    content: {
      'application/json': {
        schema: schemas.length === 1 ? schemas[0] : { anyOf: schemas },
        examples: Object.fromEntries(
          codes.flatMap((code) => {
            const value = presented(exampleOf(code, platform), platform);
            return value === undefined ? [] : [[code, { summary: catalogueEntry(code).title, value }]];
          }),
        ),
      },
    },
  };
}

/** The failure as it mostly comes. */
function exampleOf(code: ErrorCode, { scopes }: Pick<Platform, 'scopes'>): Failure {
  const text = `${catalogueEntry(code).title}.`;
  const scope = scopes[0];
  if (code === 'invalid_input') return { code, text: `${FIELD}: Required, a string`, fields: [{ path: FIELD, message: 'Required, a string' }] };
  if (code === 'insufficient_scope' && scope !== undefined)
    return { code, text: `Permission denied: this needs the scope ${scope}.`, missing: [scope], next: `Use a credential that holds ${scope}.` };
  if (code === 'rate_limited' || code === 'unavailable' || code === 'timed_out') return { code, text, retryAfterSeconds: RETRY_SECONDS };
  return { code, text };
}

/** The platform's wire shape, read off what its presenter makes of the barest and of the fullest failure with this code. */
function schemaOf(code: ErrorCode, platform: Pick<Platform, 'present'>, components: Components): JsonSchema {
  const bare: Failure = { code, text: 'text' };
  const whole: Failure = { ...bare, fields: [{ path: FIELD, message: 'text' }], missing: ['scope'], retryAfterSeconds: RETRY_SECONDS, next: 'text' };
  return components.named(shapeOf(presented(bare, platform), presented(whole, platform)), 'out', ['Error', `Error_${code}`]);
}

/** undefined where the platform's presenter fails: a description is no reason not to serve. */
function presented(failure: Failure, { present }: Pick<Platform, 'present'>): object | undefined {
  try {
    return present.rest(briefly(failure), REQUEST_ID);
  } catch {
    return undefined;
  }
}

function shapeOf(bare: unknown, whole: unknown): JsonSchema {
  if (whole === undefined) return { type: 'object' };
  if (kindOf(bare) !== kindOf(whole) && bare !== undefined) return { anyOf: [shapeOf(undefined, bare), shapeOf(undefined, whole)] };
  if (Array.isArray(whole)) return { type: 'array', items: shapeOf(undefined, whole[0]) };
  if (typeof whole !== 'object' || whole === null) return { type: kindOf(whole) };
  const members = Object.entries(whole);
  // By the input's fields, whatever they are called.
  if (members.length === 1 && members[0]?.[0] === FIELD) return { type: 'object', additionalProperties: shapeOf(undefined, members[0][1]) };
  const given = (typeof bare === 'object' && bare !== null ? bare : bare === undefined ? whole : {}) as Record<string, unknown>;
  return {
    type: 'object',
    properties: Object.fromEntries(members.map(([name, value]) => [name, shapeOf(given[name], value)])),
    required: members.map(([name]) => name).filter((name) => given[name] !== undefined),
  };
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}
