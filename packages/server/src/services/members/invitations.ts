import { type Refusal, refuse, refuseField } from '@gatehouse/contract';
import { foldEmail, readEmail } from '../../domain/email.js';
import type { RandomBytes } from '../../domain/key-format.js';
import { sha256 } from '../../domain/presented.js';
import type { UserRecord } from '../../domain/records.js';
import { isInvitationTokenForm, newInvitationToken } from '../../domain/token-format.js';
import type { InvitationRecord, OpenInvitation } from '../../store/invitations.js';
import type { Store } from '../../store/store.js';
import { administers, roleTag } from '../tenancy.js';
import { atMost } from './at-most.js';
import type { courier } from './courier.js';
import { type MemberService, type MembersOptions, refused } from './members.js';
import type { Delivery, InvitationName } from './views.js';

const DAYS = 7;
const DAY_MS = 86_400_000;
const DAY_SECONDS = 86_400;

export interface InvitationsOptions extends Omit<MembersOptions, 'store'> {
  readonly store: Pick<Store, 'invitations' | 'tenants' | 'users' | 'changes'>;
  readonly members: MemberService;
  readonly random: RandomBytes;
  readonly deliver: ReturnType<typeof courier>;
}

/** Who is invited where. */
export class InvitationService {
  readonly #options: InvitationsOptions;

  constructor(options: InvitationsOptions) {
    this.#options = options;
  }

  async create(of: {
    readonly tenant: string;
    readonly by: string;
    readonly email: string;
    readonly role: string;
  }): Promise<(InvitationRecord & { readonly delivery: Delivery }) | Refusal> {
    const { store, members, random, newId, now, deliver } = this.#options;
    const email = readEmail(of.email);
    if (email === undefined) return refuseField('email', 'must be an e-mail address');
    const tenant = await store.tenants.find(of.tenant);
    const wrong = members.unknownRole(of.role) ?? (await this.#bounded(of.tenant, of.by, email));
    if (wrong !== undefined || tenant === undefined) return wrong ?? refused('unknown');
    const createdAt = now();
    const token = newInvitationToken(random);
    const { role, by: createdBy } = of;
    const invitation = { id: newId(), tenant: of.tenant, email, role, createdBy, createdAt, expiresAt: createdAt + DAYS * DAY_MS };
    const outcome = await store.invitations.create(invitation, sha256(token), members.allows);
    if (outcome === 'exists') return refuse('conflict', 'This address is invited already.', { next: 'Withdraw that invitation to make another one.' });
    if (outcome === 'member') return refuse('conflict', 'Whoever has this address is a member already.');
    if (outcome !== 'created') return refused(outcome);
    return { ...invitation, delivery: await deliver(email, token, tenant.name, DAYS) };
  }

  list(tenant: string): Promise<readonly InvitationRecord[]> {
    return this.#options.store.invitations.list(tenant, this.#options.now());
  }

  async withdraw(tenant: string, id: string): Promise<undefined | Refusal> {
    const { store, now } = this.#options;
    return (await store.invitations.withdraw(tenant, id, now())) === 'withdrawn' ? undefined : unknownInvitation();
  }

  /** Those for the address that this person has verified. */
  async received(user: string): Promise<readonly OpenInvitation[]> {
    const { store, now } = this.#options;
    const email = verified(await store.users.find(user));
    return email === undefined ? [] : store.invitations.listFor(email, now());
  }

  /** Whose invitation a link is. undefined: nobody's, or not any more. */
  async ofToken(token: string): Promise<OpenInvitation | undefined> {
    const { store, now } = this.#options;
    return isInvitationTokenForm(token) ? store.invitations.find({ hash: sha256(token) }, now()) : undefined;
  }

  /** For whoever has verified the address that was invited: to anybody else there is none. */
  async accept(user: string, name: InvitationName): Promise<{ readonly tenant: string; readonly role: string } | Refusal> {
    const { store, members, now } = this.#options;
    const email = verified(await store.users.find(user));
    const id = 'id' in name ? name.id : (await this.ofToken(name.token))?.id;
    if (email === undefined || id === undefined) return unknownInvitation();
    const accepted = await store.invitations.accept({ id, user, email, at: now(), allows: members.allows });
    if (accepted.is === 'unknown') return unknownInvitation();
    await store.changes.barrier([roleTag(accepted.tenant, user)]);
    return { tenant: accepted.tenant, role: accepted.role };
  }

  /** Before anything is told: not what is there, nor who. */
  async #bounded(tenant: string, by: string, email: string): Promise<Refusal | undefined> {
    const { store, tenancy, limits, now } = this.#options;
    if (!administers((await store.tenants.member(tenant, by))?.role, tenancy)) return refused('forbidden');
    const { invitations: byUser, invitationsToAddress: toAddress } = tenancy.daily;
    const buckets = [
      { key: `invitations-by:${by}`, limit: byUser, periodSeconds: DAY_SECONDS },
      { key: `invitations-into:${tenant}`, limit: 2 * byUser, periodSeconds: DAY_SECONDS },
      { key: `invitations-to:${sha256(email).slice(0, 32)}`, limit: toAddress, periodSeconds: DAY_SECONDS },
    ];
    return atMost(limits, buckets, now(), 'Too many invitations were sent today: by you, into this tenant, or to this address.');
  }
}

/** What a person has shown to be theirs. */
function verified(user: UserRecord | undefined): string | undefined {
  return user?.emailVerified === true && user.email !== null ? foldEmail(user.email) : undefined;
}

function unknownInvitation(): Refusal {
  return refuse('not_found', 'There is no such invitation for you: it may have been accepted or withdrawn, or its time is over.', {
    next: 'Sign in with the e-mail address that was invited, or ask for another invitation.',
  });
}
