import { type PlatformSpec, failureBody } from 'gatehouse';

type PresentFailure = NonNullable<NonNullable<PlatformSpec['present']>['rest']>;

/** What `error` says by code, where the documentation has a word of its own. */
const WORDS: Readonly<Record<string, string>> = {
  unauthenticated: 'Unauthorized',
  invalid_credential: 'Unauthorized',
  insufficient_scope: 'forbidden',
  forbidden: 'forbidden',
  internal: 'internal_server_error',
};

const FORBIDDEN = 'Key does not have access to this tool';
const TENANTLESS = 'ValueError: MCP tools require tenant-bound auth (npk_* key or OAuth Bearer)';

const DETAILS: Readonly<Record<string, string>> = { insufficient_scope: FORBIDDEN, forbidden: FORBIDDEN, tenant_required: TENANTLESS };

/** What `/mcp` answers as a plain body: who is calling, whether they may, and what is wrong on our side. The rest is JSON-RPC's. */
const PLAIN: Readonly<Record<string, number>> = {
  unauthenticated: 401,
  invalid_credential: 401,
  insufficient_scope: 403,
  forbidden: 403,
  tenant_required: 400,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
  timed_out: 503,
};

/**
 * Every error has `detail`; `error` is short, and for programs. People, who have no key and may lack a right as a member, read of it in `reason`:
 * the documented `detail` speaks of keys.
 */
export const presentFailure: PresentFailure = (failure, requestId) => {
  const { code, text } = failure;
  const said = { error: code === 'tenant_required' ? TENANTLESS : (WORDS[code] ?? code), detail: DETAILS[code] ?? text };
  return { ...failureBody(failure, requestId), ...said, ...(code === 'forbidden' ? { reason: text } : {}) };
};

type PresentMcp = NonNullable<NonNullable<PlatformSpec['present']>['mcp']>;

export const presentMcp: PresentMcp = (failure, requestId) => {
  const status = PLAIN[failure.code];
  return status === undefined ? undefined : { status, body: presentFailure(failure, requestId) };
};
