import { randomUUID } from 'node:crypto';
import { type JobBinding, type WorksOptions, jobInput, worksOf } from '../runtime/jobs.js';
import { Jobs, type JobsOptions } from '../services/jobs.js';
import { type Reading, gauge } from '../services/metrics.js';

export interface JobsWiring extends Pick<JobsOptions, 'now' | 'metrics' | 'outage' | 'log'>, Pick<WorksOptions, 'means'> {
  readonly store: JobsOptions['store'] & WorksOptions['store'];
  readonly bindings: readonly JobBinding[];
}

/** A job may ask for others: what does them and what asks for them know each other. */
export function wireJobs({ bindings, means, store, now, metrics, outage, log }: JobsWiring): Jobs {
  const works = worksOf(bindings, {
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
  const jobs = new Jobs({ store, works, newId: randomUUID, now, chance: Math.random, metrics, outage, log });
  return jobs;
}

export function jobReadings(jobs: Pick<Jobs, 'running' | 'open'>): readonly Reading[] {
  return [
    gauge('gatehouse_jobs_running', 'Jobs that are being done now.', () => jobs.running),
    gauge('gatehouse_jobs_open', 'Jobs that wait, or are being done, as last counted.', () => jobs.open),
  ];
}
