import { networkOf } from '../../domain/address.js';
import type { Caller, Principal } from '../../domain/principal.js';
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

interface Made {
  readonly all: readonly Bucket[];
  /** Those that count calls by a cookie too. */
  readonly cookies: readonly Bucket[];
}

/** Which buckets a principal's calls count against, by its tenant's plan and by how they come. Made once per principal. */
export function bucketsBy(tenancy: Tenancy): (principal: Principal, caller: Pick<Caller, 'presented'>) => readonly Bucket[] {
  const made = new WeakMap<Principal, Made>();
  const limited = Object.values(tenancy.plans).some((plan) => plan.limits !== undefined);
  if (!limited) return () => NO_BUCKETS;
  return (principal, { presented }) => {
    let known = made.get(principal);
    if (known === undefined) {
      known = bucketsOf(principal, tenancy);
      made.set(principal, known);
    }
    return presented[0]?.via === 'cookie' ? known.cookies : known.all;
  };
}

function bucketsOf({ credential, user, tenant, plan }: Principal, tenancy: Tenancy): Made {
  const limits = planNamed(plan ?? '', tenancy)?.limits;
  const all: Bucket[] = [];
  const cookies: Bucket[] = [];
  const add = (settings: LimitSettings | undefined, key: string) => {
    if (settings === undefined) return;
    const { limit, periodSeconds, aligned } = settings;
    // A bucket is full or empty in terms of its own limit: whoever gets another one begins with that.
    const bucket = { key: `${key}:${limit}/${periodSeconds}`, limit, periodSeconds, aligned };
    all.push(bucket);
    if (settings.cookies !== false) cookies.push(bucket);
  };
  // What was traded for a key is within the key's limit.
  const key = credential.kind === 'key' ? credential.id : credential.key;
  if (key !== undefined) add(limits?.key, `key:${key}`);
  if (user !== undefined) add(limits?.user, `user:${user}`);
  if (tenant !== null) add(limits?.tenant, `tenant:${tenant}`);
  return { all, cookies };
}
