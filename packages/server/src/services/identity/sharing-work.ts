import type { Presented } from '../../domain/principal.js';
import type { Verification } from './verify-jwt.js';

/**
 * The same token many times at once is verified once. Only the verification is shared: what the store says is read
 * by each caller after it came, for a change in between must not be missed.
 */
export function sharingWork(): (presented: Presented, work: () => Promise<Verification>) => Promise<Verification> {
  const underWay = new Map<string, Promise<Verification>>();
  return ({ hash }, work) => {
    const running = underWay.get(hash);
    if (running !== undefined) return running;
    const started = work().finally(() => underWay.delete(hash));
    underWay.set(hash, started);
    return started;
  };
}
