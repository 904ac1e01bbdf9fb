import { randomUUID } from 'node:crypto';
import { createRuntime } from '../runtime/runtime.js';
import type { Binding, Runtime } from '../runtime/types.js';
import { bucketsBy, failureBucket } from '../services/limits/buckets.js';
import type { Store } from '../store/store.js';
import type { GatehouseOptions } from './opening.js';
import type { Services } from './services.js';

/** The one pipeline, over the services. */
export function wireRuntime(
  { platform, config, logger: { log } }: GatehouseOptions,
  services: Services,
  bindings: readonly Binding[],
  store: Store,
  now: () => number,
): Runtime {
  const { authenticator, limits, outage, principals, access, idempotency, metrics, jobs, means } = services;
  const { tenancy } = platform;
  return createRuntime({
    bindings,
    authenticate: (caller) => authenticator.resolve(caller),
    anonymous: principals.anonymous,
    bucketsOf: bucketsBy(tenancy),
    failureBucket: (address) => failureBucket(address, config.failedAuthPerMinute),
    keysIn: platform.keys.accept,
    take: (buckets, cost, at) => limits.take(buckets, cost, at),
    outOfReach: (error) => outage.note(error),
    store,
    idempotency,
    metrics,
    addJob: (work, delayMs) => jobs.add(work, delayMs),
    wakeJobs: () => jobs.wake(),
    means,
    accessFor: access,
    newId: randomUUID,
    now,
    log,
  });
}
