import type { Jobs } from '../services/jobs.js';
import type { Store } from '../store/store.js';
import { jobInput } from './jobs.js';
import type { SeedContext } from './platform.js';

export interface SeedingOptions {
  readonly store: Pick<Store, 'tx'>;
  readonly jobs: Pick<Jobs, 'add'>;
  readonly now: () => number;
  readonly newId: () => string;
}

/** What a platform's `seed` is given to fill one tenant. */
export function seedingOf(
  { tenant, user, sample }: { readonly tenant: string; readonly user: string | null; readonly sample?: string | undefined },
  { store, jobs, now, newId }: SeedingOptions,
): SeedContext {
  return {
    user,
    tx: (work) => store.tx(tenant, work),
    enqueue: (job, input, { delaySeconds = 0 } = {}) => jobs.add({ tenant, user, name: job.name, input: jobInput(job, input) }, delaySeconds * 1000),
    now,
    id: newId,
    ...(sample === undefined ? {} : { sample }),
  };
}
