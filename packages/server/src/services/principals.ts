import type { CredentialKind } from '@gatehouse/contract';
import type { Credential, Principal, Rights, Tag } from '../domain/principal.js';
import type { KeyGrant } from '../domain/records.js';
import type { Bounds } from '../domain/rights.js';
import { type Tenancy, planScopes, roleScopes, roleTag } from './tenancy.js';

export interface Person {
  readonly tenant: string;
  readonly user: string;
  readonly role: string;
  readonly plan: string | null;
  readonly kind: 'session' | 'idp';
  /** The session's id, or `<issuer>#<subject>`. */
  readonly credential: string;
  /** Unix milliseconds. */
  readonly expiresAt?: number;
}

/** A program with an OAuth token, as that is now. */
export interface Bearer {
  readonly tenant: string;
  /** null: the tenant alone, by a key of its own. */
  readonly user: string | null;
  readonly role: string | null;
  readonly plan: string | null;
  readonly credential: Omit<Credential, 'kind'>;
  /** What its user allowed it, and may widen. Absent: it acts for a key. */
  readonly granted?: readonly string[];
  /** What its key gives it, and nobody may widen. */
  readonly ofKey?: readonly (readonly string[])[];
  readonly agent?: NonNullable<Principal['agent']>;
}

/** Makes principals: the one place where credential, role and plan meet. */
export interface Principals {
  forKey(grant: KeyGrant): Principal;
  forPerson(person: Person): Principal;
  forToken(bearer: Bearer): Principal;
  /** A key of no tenant: it may do what asks for neither tenant nor scope. */
  forService(key: { readonly id: string; readonly expiresAt: number | null }): Principal;
  readonly anonymous: Principal;
}

export function makePrincipals(tenancy: Tenancy, rightsOf: (bounds: Bounds) => Rights): Principals {
  const planName = (plan: string | null) => plan ?? tenancy.defaultPlan;
  const bounded = (kind: CredentialKind, plan: string, lists: readonly (readonly string[])[]) =>
    rightsOf({ kind, lists: [...lists, planScopes(plan, tenancy)] });

  return {
    forKey({ key, role, plan: tenantPlan }) {
      const plan = planName(tenantPlan);
      const credential: Credential = key.expiresAt === null ? { kind: 'key', id: key.id } : { kind: 'key', id: key.id, expiresAt: key.expiresAt };
      if (key.user === null) return new Held(key.tenant, credential, bounded('key', plan, [key.scopes]), plan);
      const held = role ?? '';
      return new Held(key.tenant, credential, bounded('key', plan, [key.scopes, roleScopes(held, tenancy)]), plan, { user: key.user, role: held });
    },

    forPerson({ tenant, user, role, plan: tenantPlan, kind, credential: id, expiresAt }) {
      const plan = planName(tenantPlan);
      const credential: Credential = expiresAt === undefined ? { kind, id } : { kind, id, expiresAt };
      return new Held(tenant, credential, bounded(kind, plan, [roleScopes(role, tenancy)]), plan, { user, role });
    },

    forToken({ tenant, user, role, plan: tenantPlan, credential: of, granted, ofKey = [], agent }) {
      const plan = planName(tenantPlan);
      const member = user === null ? undefined : { user, role: role ?? '' };
      const lists = [...ofKey, ...(member === undefined ? [] : [roleScopes(member.role, tenancy)]), planScopes(plan, tenancy)];
      const rights = rightsOf({ kind: 'token', lists, ...(granted === undefined ? {} : { granted }) });
      return new Held(tenant, { kind: 'token', ...of }, rights, plan, member, agent);
    },

    forService: ({ id, expiresAt }) => ({
      tenant: null,
      credential: expiresAt === null ? { kind: 'key', id } : { kind: 'key', id, expiresAt },
      rights: rightsOf({ kind: 'key', lists: [] }),
      dependsOn: [`key:${id}`],
    }),

    anonymous: { tenant: null, credential: { kind: 'none', id: 'none' }, rights: rightsOf({ kind: 'none', lists: [] }), dependsOn: [] },
  };
}

/** A principal whose tags are spelled out only when something has changed: a cache holds many that nobody asks about. */
class Held implements Principal {
  readonly tenant: string;
  readonly credential: Credential;
  readonly rights: Rights;
  readonly plan: string;
  declare readonly user?: string;
  declare readonly role?: string;
  declare readonly agent?: NonNullable<Principal['agent']>;

  constructor(
    tenant: string,
    credential: Credential,
    rights: Rights,
    plan: string,
    member?: { readonly user: string; readonly role: string },
    agent?: Principal['agent'],
  ) {
    this.tenant = tenant;
    this.credential = credential;
    this.rights = rights;
    this.plan = plan;
    if (agent !== undefined) this.agent = agent;
    if (member === undefined) return;
    this.user = member.user;
    this.role = member.role;
  }

  get dependsOn(): readonly Tag[] {
    const { kind, id, grant, key } = this.credential;
    const tags: Tag[] = [`tenant:${this.tenant}`, `plan:${this.plan}`];
    if (kind === 'key' || kind === 'session') tags.push(`${kind}:${id}`);
    if (grant !== undefined) tags.push(`grant:${grant}`);
    if (key !== undefined) tags.push(`key:${key}`);
    if (this.agent !== undefined) tags.push(`client:${this.agent.client}`);
    if (this.user !== undefined) tags.push(`user:${this.user}`, roleTag(this.tenant, this.user));
    return tags;
  }
}
