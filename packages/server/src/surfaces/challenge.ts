import type { Failure } from '@gatehouse/contract';

/**
 * The `WWW-Authenticate` value of a 401 (RFC 6750, section 3): a bare challenge when no credential came,
 * `error="invalid_token"` when a bad one did.
 */
export function challengeOf(failure: Failure): string {
  return failure.code === 'unauthenticated' ? 'Bearer' : 'Bearer error="invalid_token", error_description="The credential is not valid"';
}
