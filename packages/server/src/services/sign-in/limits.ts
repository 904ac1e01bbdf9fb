import { networkOf } from '../../domain/address.js';
import { sha256 } from '../../domain/presented.js';
import type { Bucket } from '../../domain/window.js';
import type { Limits } from '../limits/limits.js';

const HOUR = 3600;

/** Of links: so that nobody fills somebody else's mailbox, and no address many. The address itself is not what is kept. */
export function linkBuckets(email: string, address: string): readonly Bucket[] {
  return [
    { key: `sign-in-link:${sha256(email).slice(0, 32)}`, limit: 5, periodSeconds: HOUR },
    { key: `address:sign-in-link:${networkOf(address)}`, limit: 30, periodSeconds: HOUR },
  ];
}

/** Of ways to a provider: nothing is kept of one, so that a whole office behind one address has enough. */
export function attemptBuckets(address: string): readonly Bucket[] {
  return [{ key: `address:sign-in-with:${networkOf(address)}`, limit: 1000, periodSeconds: HOUR }];
}

/** undefined: there is room. Else the seconds until there is. */
export async function secondsToWait(limits: Pick<Limits, 'take'>, buckets: readonly Bucket[], now: number): Promise<number | undefined> {
  const verdict = await limits.take(buckets, 1, now);
  return verdict === undefined || verdict.allowed ? undefined : verdict.retryAfterSeconds;
}
