import type { CredentialKind } from '@gatehouse/contract';
import type { Principal, Rights, Tag } from '../domain/principal.js';
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

/** Makes principals: the one place where credential, role and plan meet. */
export interface Principals {
  forKey(grant: KeyGrant): Principal;
  forPerson(person: Person): Principal;
  readonly anonymous: Principal;
}

export function makePrincipals(tenancy: Tenancy, rightsOf: (bounds: Bounds) => Rights): Principals {
  const planName = (plan: string | null) => plan ?? tenancy.defaultPlan;
  const bounded = (kind: CredentialKind, plan: string, lists: readonly (readonly string[])[]) =>
    rightsOf({ kind, lists: [...lists, planScopes(plan, tenancy)] });

  return {
    forKey({ key, role, plan: tenantPlan }) {
      const plan = planName(tenantPlan);
      const tags: Tag[] = [`key:${key.id}`, `tenant:${key.tenant}`, `plan:${plan}`];
      const credential = { kind: 'key' as const, id: key.id, ...(key.expiresAt === null ? {} : { expiresAt: key.expiresAt }) };
      if (key.user === null) {
        return { tenant: key.tenant, credential, plan, rights: bounded('key', plan, [key.scopes]), dependsOn: tags };
      }
      tags.push(`user:${key.user}`, roleTag(key.tenant, key.user));
      const held = role ?? '';
      return {
        tenant: key.tenant,
        user: key.user,
        role: held,
        credential,
        plan,
        rights: bounded('key', plan, [key.scopes, roleScopes(held, tenancy)]),
        dependsOn: tags,
      };
    },

    forPerson({ tenant, user, role, plan: tenantPlan, kind, credential: id, expiresAt }) {
      const plan = planName(tenantPlan);
      const tags: Tag[] = [`user:${user}`, `tenant:${tenant}`, roleTag(tenant, user), `plan:${plan}`];
      if (kind === 'session') tags.push(`session:${id}`);
      const credential = { kind, id, ...(expiresAt === undefined ? {} : { expiresAt }) };
      return { tenant, user, role, credential, plan, rights: bounded(kind, plan, [roleScopes(role, tenancy)]), dependsOn: tags };
    },

    anonymous: { tenant: null, credential: { kind: 'none', id: 'none' }, rights: rightsOf({ kind: 'none', lists: [] }), dependsOn: [] },
  };
}
