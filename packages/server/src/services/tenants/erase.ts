import type { TableDef } from '../../domain/tables.js';
import type { Store } from '../../store/store.js';
import type { Jobs, Work } from '../jobs.js';
import { clearSome } from './rows.js';

/** The job that deletes what is left of a tenant that has ended. */
const ERASE_TENANT = 'gatehouse_erase_tenant';
/** Portions in one job; then others have their turn. */
const PORTIONS = 100;
/** A call may be under way as its tenant ends, and still write: what it leaves is deleted then. */
const LATE_MS = 120_000;
/** It is never given up: what has been promised to be deleted is. */
const ATTEMPTS = Number.MAX_SAFE_INTEGER;

export interface EraseOptions {
  readonly store: Pick<Store, 'db' | 'endings' | 'changes'>;
  readonly tables: readonly TableDef[];
  readonly add: Jobs['add'];
}

type Stage = 'first' | 'last';

export function eraseJob(tenant: string, stage: Stage = 'first') {
  return { tenant, user: null, name: ERASE_TENANT, input: JSON.stringify({ stage }) };
}

/** Deletes in portions, each by itself: whatever is cut off goes on where it was. */
export function eraseWork({ store, tables, add }: EraseOptions): Work {
  return {
    name: ERASE_TENANT,
    attempts: ATTEMPTS,
    timeLimitSeconds: 300,
    async run({ tenant, input }, signal) {
      if (!(await store.endings.hasEnded(tenant))) return undefined;
      const { stage } = JSON.parse(input) as { readonly stage: Stage };
      for (let portion = 0; portion < PORTIONS; portion += 1) {
        signal.throwIfAborted();
        if (await clearSome(store, tenant, tables)) continue;
        if (await store.endings.eraseRows(tenant)) continue;
        if (stage === 'first') return () => add(eraseJob(tenant, 'last'), LATE_MS);
        await store.endings.erase(tenant);
        await store.changes.barrier([`tenant:${tenant}`]);
        return 'gone';
      }
      return () => add(eraseJob(tenant, stage));
    },
  };
}
