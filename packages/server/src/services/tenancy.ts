import { type Refusal, covers, refuse } from '@gatehouse/contract';
import type { Tag } from '../domain/principal.js';

/** What a role gives its holders within one tenant. */
export interface Role {
  /** The scopes they have, and so the bound of every key of theirs. */
  readonly scopes: readonly string[];
  /** May manage other members' keys, and the tenant. */
  readonly administers: boolean;
}

/** One limit: `limit` calls in any `periodSeconds`, bursts included. */
export interface LimitSettings {
  readonly limit: number;
  readonly periodSeconds: number;
  /** In each period of the calendar instead of any: with 86,400 s a day, which begins at 00:00 UTC. */
  readonly aligned?: true;
  /** Whether calls of a person in a browser, by a session's cookie, count as well. @default true */
  readonly cookies?: boolean;
}

/** What one plan allows a tenant. No limit is on unless a plan sets it. */
export interface Plan {
  /** @default every scope of the platform's plane */
  readonly scopes?: readonly string[];
  /** API keys that one person there, or the tenant alone, may have at once; and as many tokens made by hand. The operator may make more. @default 1000 */
  readonly keys?: number;
  readonly limits?: { readonly key?: LimitSettings; readonly user?: LimitSettings; readonly tenant?: LimitSettings };
}

/** What people may make in a day: mail to others comes of it, or room is taken that no plan counts. */
export interface DailyBounds {
  /** By one person; twice as many into one tenant. */
  readonly invitations: number;
  readonly invitationsToAddress: number;
  /** By one person. */
  readonly tenants: number;
}

export interface Tenancy {
  readonly roles: Readonly<Record<string, Role>>;
  /** The role of whoever a space belongs to. */
  readonly ownerRole: string;
  /** Whether a space may have several members: invitations, roles, tenants that people make. @default true */
  readonly shared: boolean;
  /** @default 100 invitations, 5 to one address, 50 tenants */
  readonly daily: DailyBounds;
  /** The roles that an identity provider's organisation gives its administrators and its other members. */
  readonly adminRole: string;
  readonly memberRole: string;
  readonly plans: Readonly<Record<string, Plan>>;
  /** The plan of a tenant that has none of its own. */
  readonly defaultPlan: string;
}

/** Three roles that may do all the platform offers, of which two administer; one plan without limits. */
export const defaultTenancy: Tenancy = {
  roles: {
    owner: { scopes: ['*'], administers: true },
    admin: { scopes: ['*'], administers: true },
    member: { scopes: ['*'], administers: false },
  },
  ownerRole: 'owner',
  shared: true,
  daily: { invitations: 100, invitationsToAddress: 5, tenants: 50 },
  adminRole: 'admin',
  memberRole: 'member',
  plans: { default: {} },
  defaultPlan: 'default',
};

/** Far more than one person has use for: what it stops is a program that makes one for each of its runs and ends none. */
const MOST_KEYS = 1000;
const NOTHING: readonly string[] = [];
const EVERYTHING: readonly string[] = ['*'];

/** What a role gives; nothing where there is no such role. */
export function roleScopes(role: string, { roles }: Tenancy): readonly string[] {
  return (Object.hasOwn(roles, role) ? roles[role]?.scopes : undefined) ?? NOTHING;
}

/** A plan by its name, which comes out of the store: never a member that every object has. */
export function planNamed(plan: string, { plans }: Tenancy): Plan | undefined {
  return Object.hasOwn(plans, plan) ? plans[plan] : undefined;
}

/** What a plan allows; nothing where there is no such plan. */
export function planScopes(plan: string, tenancy: Tenancy): readonly string[] {
  const known = planNamed(plan, tenancy);
  return known === undefined ? NOTHING : (known.scopes ?? EVERYTHING);
}

/** How many keys one owner may have on this plan. */
export function mostKeys(plan: string, tenancy: Tenancy): number {
  return planNamed(plan, tenancy)?.keys ?? MOST_KEYS;
}

export const roleTag = (tenant: string, user: string): Tag => `role:${tenant}:${user}`;

export function administers(role: string | undefined, { roles }: Tenancy): boolean {
  return role !== undefined && Object.hasOwn(roles, role) && roles[role]?.administers === true;
}

/**
 * Whether who has one role may give another, and touch those who have it: within what they hold themselves, and owners are the business of
 * owners alone.
 * @param declared every scope of the platform
 */
export function mayGive(giver: string | undefined, role: string, tenancy: Tenancy, declared: readonly string[]): boolean {
  if (giver === undefined || !administers(giver, tenancy)) return false;
  if (role === tenancy.ownerRole && giver !== tenancy.ownerRole) return false;
  const [held, given] = [roleScopes(giver, tenancy), roleScopes(role, tenancy)];
  return declared.every((scope) => covers(held, scope) || !covers(given, scope));
}

/**
 * Whether who has this role may take away all that is in the tenant: who administers it, and holds every scope.
 * @param declared every scope of the platform
 */
export function mayExport(role: string | undefined, tenancy: Tenancy, declared: readonly string[]): boolean {
  return role !== undefined && administers(role, tenancy) && declared.every((scope) => covers(roleScopes(role, tenancy), scope));
}

export function noTenant(): Refusal {
  return refuse('forbidden', 'This credential is bound to no tenant.');
}
