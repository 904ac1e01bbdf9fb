import { type Refusal, refuse } from '@gatehouse/contract';
import type { Bucket } from '../../domain/window.js';
import type { Limits } from '../limits/limits.js';

/** Bounds what would trouble others: undefined where there is room. */
export async function atMost(limits: Pick<Limits, 'take'>, buckets: readonly Bucket[], now: number, text: string): Promise<Refusal | undefined> {
  const verdict = await limits.take(buckets, 1, now);
  if (verdict === undefined || verdict.allowed) return undefined;
  const { retryAfterSeconds } = verdict;
  return refuse('rate_limited', text, { retryAfterSeconds, next: `Try again in ${Math.ceil(retryAfterSeconds)} s.` });
}
