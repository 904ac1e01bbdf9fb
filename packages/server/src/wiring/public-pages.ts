import { randomUUID } from 'node:crypto';
import type { Core } from '../adapters/core.js';
import { visitorId } from '../domain/visitor.js';
import type { MeansOptions } from '../runtime/means.js';
import { pagesOver } from '../runtime/pages.js';
import type { Platform } from '../runtime/platform.js';
import type { Jobs } from '../services/jobs.js';
import type { Limits } from '../services/limits/limits.js';
import type { Outage } from '../services/outage.js';
import type { Vault } from '../services/vault.js';
import type { Store } from '../store/store.js';
import { createPublicPagesSurface } from '../surfaces/public-pages/index.js';

export interface PublicPagesWiring {
  readonly platform: Platform;
  readonly store: Store;
  readonly vault: Vault;
  readonly means: MeansOptions;
  readonly jobs: Jobs;
  readonly limits: Limits;
  readonly outage: Outage;
  readonly now: () => number;
  readonly log: (event: object) => void;
}

/** The same, with the pages beside it that a platform shows to everybody. */
export function withPublicPages(core: Core, { platform, store, vault, means, jobs, limits, outage, now, log }: PublicPagesWiring): Core {
  if (platform.pages.length === 0) return core;
  const key = vault.subKey('visitors');
  const pages = createPublicPagesSurface({
    title: platform.title,
    pages: platform.pages,
    run: pagesOver({ store, means, addJob: (of, delayMs) => jobs.add(of, delayMs), wakeJobs: () => jobs.wake(), now, newId: randomUUID, log }),
    tenantOf: (name) => store.publicIds.tenantOf(name),
    visitorOf: (tenant, visitor) => visitorId(key, tenant, new Date(now()).toISOString().slice(0, 10), visitor),
    take: (bucket) => limits.take([bucket], 1, now()),
    outOfReach: (error) => outage.note(error),
  });
  return {
    ...core,
    refuse: (failure, request) => (pages.serves(request.path) ? pages.refuse(failure, request) : core.refuse(failure, request)),
    handle: (request) => (pages.serves(request.path) ? pages.handle(request) : core.handle(request)),
  };
}
