import { type Refusal, refuse, refuseField } from '@gatehouse/contract';
import { foldEmail } from '../../domain/email.js';
import type { Tag } from '../../domain/principal.js';
import type { Kept, MayChange } from '../../store/memberships.js';
import type { Store } from '../../store/store.js';
import type { Jobs } from '../jobs.js';
import { refused } from '../members/members.js';
import type { Tenancy } from '../tenancy.js';
import { eraseJob } from './erase.js';

export interface EndingsOptions {
  readonly store: Pick<Store, 'endings' | 'tenants' | 'users' | 'changes' | 'tx'>;
  readonly tenancy: Tenancy;
  readonly jobs: Pick<Jobs, 'add' | 'wake'>;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** The end of tenants and of people: at once for whoever acts, in portions for what they leave. Each settles after the barrier. */
export class EndingService {
  readonly #options: EndingsOptions;

  constructor(options: EndingsOptions) {
    this.#options = options;
  }

  /** @param of.name the tenant's, so that nobody deletes another one than they mean. `by`: the member who asks; null: the operator */
  async endTenant(of: {
    readonly tenant: string;
    readonly name: string;
    readonly by: string | null;
    readonly keep?: Kept | undefined;
  }): Promise<undefined | Refusal> {
    const { store, tenancy, jobs, now } = this.#options;
    const { tenant, by, keep } = of;
    const found = await store.tenants.find(tenant);
    if (found === undefined) return refuse('not_found', 'There is no such tenant.');
    if (found.name !== of.name.trim()) return refuseField('name', 'is not the name of the tenant: nothing was deleted');
    const allows: MayChange = (role) => role === tenancy.ownerRole;
    const outcome = await store.tx(tenant, async () => {
      const ended = await store.endings.endTenant({ tenant, at: now(), by, allows, keep });
      if (ended === 'ended') await jobs.add(eraseJob(tenant));
      return ended;
    });
    await store.changes.barrier([`tenant:${tenant}`, ...(keep === undefined ? [] : [`session:${keep.session}` as const])]);
    jobs.wake();
    if (outcome === 'home') return refuse('conflict', 'This is the own space of a person.', { next: 'It goes with the person.' });
    if (outcome === 'forbidden') return refuse('forbidden', 'Only an owner deletes a tenant.');
    return outcome === 'ended' ? undefined : refused(outcome);
  }

  /** @param of.email the person's, so that nobody deletes somebody else than they mean */
  async endPerson({ user, email }: { readonly user: string; readonly email: string }): Promise<undefined | Refusal> {
    const { store, tenancy, jobs, now } = this.#options;
    const found = await store.users.find(user);
    if (found === undefined) return refuse('not_found', 'There is no such user.');
    if ((found.email ?? '') !== foldEmail(email)) return refuseField('email', 'is not the address of this account: nothing was deleted');
    const outcome = await store.tx(found.homeTenant, async () => {
      const ended = await store.endings.endPerson({ user, at: now(), ownerRole: tenancy.ownerRole });
      if (ended.is === 'ended') for (const tenant of ended.erase) await jobs.add(eraseJob(tenant));
      return ended;
    });
    const tags: readonly Tag[] = outcome.is === 'ended' ? outcome.erase.map((tenant): Tag => `tenant:${tenant}`) : [];
    await store.changes.barrier([`user:${user}`, ...tags]);
    jobs.wake();
    if (outcome.is === 'ended') return undefined;
    if (outcome.is === 'unknown') return refuse('not_found', 'There is no such user.');
    const names = outcome.in.map((name) => `"${name}"`).join(', ');
    return refuse('conflict', `Others are in ${names}, and would be left without an owner.`, {
      next: 'Make somebody else an owner there, or remove the others.',
    });
  }
}
