import { randomUUID } from 'node:crypto';
import type { Store } from '../store/store.js';
import { type JobBinding, type WorksOptions, jobInput, worksOf } from '../runtime/jobs.js';
import { Jobs, type JobsOptions } from '../services/jobs.js';
import { eraseWork } from '../services/tenants/erase.js';
import type { TableDef } from '../domain/tables.js';
import { type Reading, gauge } from '../services/metrics.js';

export interface JobsWiring extends Pick<JobsOptions, 'now' | 'metrics' | 'outage' | 'log'>, Pick<WorksOptions, 'means'> {
  readonly store: Store;
  readonly platform: { readonly jobs: readonly JobBinding[]; readonly tables: readonly TableDef[] };
}

/** A job may ask for others: what does them and what asks for them know each other. */
export function wireJobs({ platform, means, store, now, metrics, outage, log }: JobsWiring): Jobs {
  const works = worksOf(platform.jobs, {
    store,
    means,
    enqueue:
      ({ tenant, user }) =>
      (job, input, { delaySeconds = 0 } = {}) =>
        jobs.add({ tenant, user, name: job.name, input: jobInput(job, input) }, delaySeconds * 1000),
    now,
    newId: randomUUID,
    log,
  });
  const own = eraseWork({ store, tables: platform.tables, add: (of, delayMs) => jobs.add(of, delayMs) });
  const jobs: Jobs = new Jobs({ store, works: [...works, own], newId: randomUUID, now, chance: Math.random, metrics, outage, log });
  return jobs;
}

export function jobReadings(jobs: Pick<Jobs, 'running' | 'open'>): readonly Reading[] {
  return [
    gauge('gatehouse_jobs_running', 'Jobs that are being done now.', () => jobs.running),
    gauge('gatehouse_jobs_open', 'Jobs that wait, or are being done, as last counted.', () => jobs.open),
  ];
}
