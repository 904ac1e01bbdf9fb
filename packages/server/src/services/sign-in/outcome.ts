import { AuthorizationResponseError, ClientError, ResponseBodyError, WWWAuthenticateChallengeError } from 'openid-client';
import { EgressError } from '../egress-fetch.js';
import { ProviderUnavailable } from './provider.js';

/** What went wrong on the way back from a provider, and a word about it for the log: none that came from outside but a standard code. */
export interface Wrong {
  readonly is: 'unavailable' | 'denied' | 'rejected';
  readonly reason: string;
}

/** Errors that say that the provider itself has trouble (RFC 6749, section 4.1.2.1). */
const ITS_TROUBLE: ReadonlySet<string> = new Set(['server_error', 'temporarily_unavailable']);
const WORD = /^[\w.-]{1,60}$/;

/** undefined: it is nothing of the provider's. */
export function wrongBy(error: unknown): Wrong | undefined {
  if (error instanceof ProviderUnavailable) return { is: 'unavailable', reason: error.reason };
  if (error instanceof AuthorizationResponseError) return { is: ITS_TROUBLE.has(error.error) ? 'unavailable' : 'denied', reason: word(error.error) };
  // `invalid_client` is a matter of our settings, and no attempt of this person's will help.
  if (error instanceof ResponseBodyError) {
    const ours = error.status >= 500 || error.error === 'invalid_client' || ITS_TROUBLE.has(error.error);
    return { is: ours ? 'unavailable' : 'rejected', reason: word(error.error) };
  }
  if (error instanceof WWWAuthenticateChallengeError) return { is: 'rejected', reason: `status ${error.status}` };
  if (!(error instanceof ClientError)) return undefined;
  const { cause, code = 'unknown' } = error;
  if (cause instanceof EgressError) return { is: 'unavailable', reason: cause.reason };
  const unreachable = code === 'OAUTH_TIMEOUT' || code === 'OAUTH_ABORT' || (cause instanceof Response && cause.status >= 500);
  return { is: unreachable ? 'unavailable' : 'rejected', reason: word(code) };
}

function word(text: string): string {
  return WORD.test(text) ? text : 'unknown';
}
