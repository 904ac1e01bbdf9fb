import { networkOf } from '../../domain/address.js';
import type { Principal } from '../../domain/principal.js';
import type { Bucket } from '../../domain/window.js';
import { type LimitSettings, type Tenancy, planNamed } from '../tenancy.js';

const ADDRESS = 'address:';

/** Whether a bucket counts what one address got wrong. */
export function isOfAddress(key: string): boolean {
  return key.startsWith(ADDRESS);
}

/** The bucket of failed authentications from one address. Decided after the check, so that a good credential is never refused. */
export function failureBucket(address: string, limit: number): Bucket {
  return { key: ADDRESS + networkOf(address), limit, periodSeconds: 60 };
}

const NO_BUCKETS: readonly Bucket[] = [];

/** Which buckets a principal's calls count against, by its tenant's plan. Made once per principal. */
export function bucketsBy(tenancy: Tenancy): (principal: Principal) => readonly Bucket[] {
  const made = new WeakMap<Principal, readonly Bucket[]>();
  const limited = Object.values(tenancy.plans).some((plan) => plan.limits !== undefined);
  if (!limited) return () => NO_BUCKETS;
  return (principal) => {
    const known = made.get(principal);
    if (known !== undefined) return known;
    const buckets = bucketsOf(principal, tenancy);
    made.set(principal, buckets);
    return buckets;
  };
}

function bucketsOf({ credential, user, tenant, plan }: Principal, tenancy: Tenancy): Bucket[] {
  const limits = planNamed(plan ?? '', tenancy)?.limits;
  const buckets: Bucket[] = [];
  const add = (settings: LimitSettings | undefined, key: string) => {
    if (settings !== undefined) buckets.push({ key, limit: settings.limit, periodSeconds: settings.periodSeconds });
  };
  // What was traded for a key is within the key's limit.
  const key = credential.kind === 'key' ? credential.id : credential.key;
  if (key !== undefined) add(limits?.key, `key:${key}`);
  if (user !== undefined) add(limits?.user, `user:${user}`);
  if (tenant !== null) add(limits?.tenant, `tenant:${tenant}`);
  return buckets;
}
