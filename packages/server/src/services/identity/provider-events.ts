import type { Store } from '../../store/store.js';
import { roleTag } from '../tenancy.js';
import { externalIdOf } from './accounts.js';
import type { IdentityProvider, ProviderEvent, WebhookMessage } from './provider.js';

export interface ProviderEventsOptions {
  readonly providers: readonly IdentityProvider[];
  readonly store: Pick<Store, 'users' | 'tenants' | 'departures' | 'changes'>;
  readonly now: () => number;
  readonly log: (event: object) => void;
}

export type Received = 'taken' | 'forged' | 'malformed';

/** What identity providers tell by themselves, done. Each event may come twice: the second time changes nothing, and is told on all the same. */
export class ProviderEvents {
  readonly #options: ProviderEventsOptions;

  constructor(options: ProviderEventsOptions) {
    this.#options = options;
  }

  /** Whether any provider tells anything here. */
  get expected(): boolean {
    return this.#options.providers.some(({ webhook }) => webhook !== undefined);
  }

  /** Settles once no process accepts what is over. */
  async receive(message: WebhookMessage): Promise<Received> {
    const { providers, now, log } = this.#options;
    for (const { issuer, webhook } of providers) {
      const reading = webhook?.(message, now());
      if (reading === undefined) continue;
      if (reading.is === 'events') {
        for (const event of reading.events) await this.#apply(issuer, event);
        return 'taken';
      }
      log({ event: 'webhook_refused', issuer, reason: reading.reason });
      if (reading.is === 'malformed') return 'malformed';
    }
    return 'forged';
  }

  async #apply(issuer: string, event: ProviderEvent): Promise<void> {
    if (event.is === 'organization_deleted') await this.#endOrganization(issuer, event.organization, event.at);
    else if (event.is === 'user_deleted') await this.#endUser(issuer, event.subject, event.at);
    else if (event.is === 'membership_deleted') await this.#endMembership(issuer, event);
    else await this.#changeUser(issuer, event);
    this.#options.log({ event: `identity_${event.is}`, issuer });
  }

  async #endUser(issuer: string, subject: string, at: number): Promise<void> {
    const { store, now } = this.#options;
    await store.departures.noteUser(issuer, subject, at);
    const user = await store.users.findByIdentity(issuer, subject);
    if (user === undefined) return;
    await store.departures.endUser(user.id, now());
    await store.changes.barrier([`user:${user.id}`]);
  }

  async #endMembership(issuer: string, { subject, organization, at }: ProviderEvent & { is: 'membership_deleted' }): Promise<void> {
    const { store } = this.#options;
    const place = externalIdOf(issuer, organization);
    await store.departures.noteMembership(issuer, subject, place, at);
    const [user, tenant] = await Promise.all([store.users.findByIdentity(issuer, subject), store.tenants.findByExternalId(place)]);
    if (user === undefined || tenant === undefined) return;
    await store.departures.endMembership(tenant.id, user.id);
    await store.changes.barrier([roleTag(tenant.id, user.id)]);
  }

  async #endOrganization(issuer: string, organization: string, at: number): Promise<void> {
    const { store, now } = this.#options;
    const place = externalIdOf(issuer, organization);
    await store.departures.noteOrganization(issuer, place, at);
    const tenant = await store.tenants.findByExternalId(place);
    if (tenant === undefined) return;
    await store.departures.endTenant(tenant.id, now());
    await store.changes.barrier([`tenant:${tenant.id}`]);
  }

  async #changeUser(issuer: string, { subject, email, name }: ProviderEvent & { is: 'user_updated' }): Promise<void> {
    const { store, log } = this.#options;
    // Of a user who is gone nothing is kept, however late the news come.
    const gone = await store.departures.ended(issuer, subject, null, 0);
    const user = gone ? undefined : await store.users.findByIdentity(issuer, subject);
    if (user === undefined) return;
    if ((await store.departures.changeUser(user.id, { email, name })) === 'taken') log({ event: 'identity_email_taken', issuer, user: user.id });
  }
}
