import type { MemberRecord, TenantRecord, UserRecord } from '../../domain/records.js';
import type { Store } from '../../store/store.js';
import { roleTag } from '../tenancy.js';
import type { Identity, IdentityRole } from './provider.js';

export interface AccountsOptions {
  readonly store: Pick<Store, 'users' | 'tenants' | 'changes' | 'departures'>;
  /** The platform's names for whoever a space belongs to, and for an organisation's administrators and other members. */
  readonly roles: { readonly owner: string } & Readonly<Record<IdentityRole, string>>;
  readonly now: () => number;
  readonly newId: () => string;
  readonly log: (event: object) => void;
}

export interface Account {
  readonly user: UserRecord;
  readonly tenant: TenantRecord;
  readonly member: MemberRecord;
}

/** Whether the claimed role may be written down. */
type BelieveRole = (tenant: string, user: string) => boolean;

/** The name that an issuer's organisation has among the tenants. No issuer has a fragment, so that no two pairs have the same. */
export const externalIdOf = (issuer: string, organization: string): string => `${issuer}#${organization}`;

/** Rounds in which parallel first sign-ins can get in each other's way; each loss finds what the winner has made. */
const ROUNDS = 4;
const MAX_NAME_LENGTH = 200;

/** The users and tenants behind identities. Writes only what is new. */
export class Accounts {
  readonly #options: AccountsOptions;

  constructor(options: AccountsOptions) {
    this.#options = options;
  }

  /**
   * Finds or makes the user, and the tenant that the identity acts in.
   * @param issuedAt Unix milliseconds: when the identity was vouched for
   * @param believeRole whether the claimed role may be written down: not where a newer token has spoken already
   * @returns undefined where the user has no place in that tenant
   */
  async settle(issuer: string, identity: Identity, issuedAt: number, believeRole: BelieveRole): Promise<Account | undefined> {
    const ended = () => this.#hasEnded(issuer, identity, issuedAt);
    if (await ended()) return undefined;
    const account = await this.#settled(issuer, identity, believeRole);
    // What has ended meanwhile was looked for before this wrote it down.
    if (account === undefined || !(await ended())) return account;
    const { store, now } = this.#options;
    if (identity.organization === undefined) await store.departures.endUser(account.user.id, now());
    else await store.departures.endMembership(account.tenant.id, account.user.id);
    return undefined;
  }

  /** Whether this is somebody who is here already: by the identity, or by an e-mail that both sides have verified. */
  async knows(issuer: string, { subject, email, emailVerified }: Identity): Promise<boolean> {
    const { users } = this.#options.store;
    if ((await users.findByIdentity(issuer, subject)) !== undefined) return true;
    return emailVerified && email !== undefined && (await users.findByEmail(email))?.emailVerified === true;
  }

  #hasEnded(issuer: string, { subject, organization }: Identity, issuedAt: number): Promise<boolean> {
    const place = organization === undefined ? null : externalIdOf(issuer, organization.id);
    return this.#options.store.departures.ended(issuer, subject, place, issuedAt);
  }

  async #settled(issuer: string, identity: Identity, believeRole: BelieveRole): Promise<Account | undefined> {
    const { tenants } = this.#options.store;
    const user = await this.#user(issuer, identity);
    const { organization } = identity;
    if (organization === undefined) {
      const [tenant, member] = await Promise.all([tenants.find(user.homeTenant), tenants.member(user.homeTenant, user.id)]);
      return tenant === undefined || member === undefined ? undefined : { user, tenant, member };
    }
    const tenant = await this.#organization(issuer, organization);
    const member = await tenants.member(tenant.id, user.id);
    if (!believeRole(tenant.id, user.id)) return member === undefined ? undefined : { user, tenant, member };
    const role = this.#options.roles[organization.role];
    return { user, tenant, member: member?.role === role ? member : await this.#setRole(tenant.id, user.id, role) };
  }

  /** By the identity; else by an e-mail that both sides have verified; else a new user with a space of their own. */
  async #user(issuer: string, identity: Identity): Promise<UserRecord> {
    const { store, roles } = this.#options;
    const { subject } = identity;
    // An e-mail that nobody has verified is not kept: it would stand in the way of its owner.
    const email = identity.emailVerified ? identity.email : undefined;
    for (let round = 0; round < ROUNDS; round += 1) {
      const known = await store.users.findByIdentity(issuer, subject);
      if (known !== undefined) return known;
      const namesake = email === undefined ? undefined : await store.users.findByEmail(email);
      if (namesake?.emailVerified) {
        await this.#link(namesake.id, issuer, subject);
        continue;
      }
      const made = this.#newUser(identity, namesake === undefined ? email : undefined);
      if ((await store.users.create(made.user, made.home, { issuer, subject }, roles.owner)) === 'created') return made.user;
    }
    throw new Error('A user could not be settled: its identity or its e-mail kept changing hands');
  }

  async #link(user: string, issuer: string, subject: string): Promise<void> {
    const { store, now, log } = this.#options;
    try {
      await store.users.linkIdentity(user, issuer, subject, now());
      log({ event: 'identity_linked', issuer, user });
    } catch (error) {
      // Somebody else's by now: the next round finds whose.
      if ((await store.users.findByIdentity(issuer, subject)) === undefined) throw error;
    }
  }

  #newUser({ name, subject }: Identity, verifiedEmail: string | undefined): { readonly user: UserRecord; readonly home: TenantRecord } {
    const { now, newId } = this.#options;
    const createdAt = now();
    const home: TenantRecord = { id: newId(), name: name ?? verifiedEmail ?? subject, plan: null, externalId: null, createdAt };
    const user: UserRecord = {
      id: newId(),
      email: verifiedEmail ?? null,
      emailVerified: verifiedEmail !== undefined,
      name: name ?? null,
      homeTenant: home.id,
      createdAt,
    };
    return { user, home };
  }

  async #organization(issuer: string, { id, name = id }: NonNullable<Identity['organization']>): Promise<TenantRecord> {
    const { store, now, newId } = this.#options;
    const externalId = externalIdOf(issuer, id);
    const known = await store.tenants.findByExternalId(externalId);
    if (known !== undefined) return known;
    const made: TenantRecord = { id: newId(), name: name.slice(0, MAX_NAME_LENGTH), plan: null, externalId, createdAt: now() };
    if ((await store.tenants.create(made)) === 'created') return made;
    const other = await store.tenants.findByExternalId(externalId);
    if (other === undefined) throw new Error('A tenant could not be settled: its name is taken, and nobody has it');
    return other;
  }

  async #setRole(tenant: string, user: string, role: string): Promise<MemberRecord> {
    const { store, now } = this.#options;
    const member: MemberRecord = { tenant, user, role, createdAt: now() };
    if ((await store.tenants.setMember(member)) !== 'same') await store.changes.barrier([roleTag(tenant, user)]);
    return member;
  }
}
