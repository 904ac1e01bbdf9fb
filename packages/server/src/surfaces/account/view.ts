import { Refusal } from '@gatehouse/contract';
import type { AccountView, SpacesView } from '../pages/views.js';

/** What this page needs of the services, bounded by who is calling. Times are Unix milliseconds. */
export interface Access {
  me(): Promise<Me | Refusal>;
  tenants(): Promise<readonly { readonly id: string; readonly name: string; readonly role: string }[] | Refusal>;
  readonly memberships: {
    switchTo(tenant: string): Promise<object | Refusal>;
    leave(): Promise<undefined | Refusal>;
  };
  readonly invitations: {
    received(): Promise<readonly Invited[] | Refusal>;
    accept(name: { readonly id: string }): Promise<object | Refusal>;
  };
  readonly grants: {
    list(): Promise<readonly Granted[] | Refusal>;
    revokeClient(client: string): Promise<number | Refusal>;
  };
  readonly sessions: {
    list(): Promise<readonly SignedIn[] | Refusal>;
    revoke(id: string): Promise<undefined | Refusal>;
    signOutEverywhere(): Promise<number | Refusal>;
  };
}

interface Me {
  readonly email: string | null;
  readonly name: string | null;
  readonly homeTenant: string;
}

/** An invitation to a person. */
export interface Invited {
  readonly id: string;
  readonly tenantName: string;
  readonly role: string;
}

interface Granted {
  readonly client: string;
  readonly clientName: string;
  readonly clientHost: string | null;
  readonly tenant: string;
  readonly scopes: readonly string[];
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
}

interface SignedIn {
  readonly id: string;
  readonly userAgent: string | null;
  readonly createdAt: number;
  readonly current: boolean;
}

/** What is said of the platform, and whether its spaces may have several members. */
export interface Wording {
  readonly title: string;
  readonly scopeTexts: Readonly<Record<string, string>>;
  readonly tenancy: { readonly shared: boolean };
}

/** @param tenant in which the session acts */
export async function viewOf(access: Access, { title, scopeTexts, tenancy }: Wording, tenant: string | null, done: string | null): Promise<AccountView> {
  const asked = [access.me(), access.tenants(), access.grants.list(), access.sessions.list(), access.invitations.received()] as const;
  const [me, tenants, grants, sessions, invitations] = await Promise.all(asked);
  const names = new Map(given(tenants).map(({ id, name }) => [id, name]));
  const { homeTenant } = given(me);
  return {
    platform: title,
    person: personOf(given(me)),
    spaces: tenancy.shared ? spacesOf(given(tenants), given(invitations), { tenant, homeTenant }) : undefined,
    apps: appsOf(given(grants), names, scopeTexts),
    sessions: given(sessions).map(({ id, userAgent, createdAt, current }) => ({ id, userAgent, since: createdAt, current })),
    done,
  };
}

/**
 * Each program once, as it was let in last, however often that was: on another device, in another space, for more. Whoever disconnects it
 * wants it gone.
 */
function appsOf(grants: readonly Granted[], names: ReadonlyMap<string, string>, scopeTexts: Readonly<Record<string, string>>): AccountView['apps'] {
  const order = Object.keys(scopeTexts);
  const texts = (of: readonly Granted[]) => {
    const scopes = [...new Set(of.flatMap((grant) => grant.scopes))];
    return scopes.sort((one, other) => order.indexOf(one) - order.indexOf(other)).map((scope) => scopeTexts[scope] ?? scope);
  };
  return [...groupedBy(grants, ({ client }) => client)].map(([client, all]) => ({
    client,
    name: all[0].clientName,
    host: all[0].clientHost,
    // Whoever has left a space has no access there, and neither has the app.
    places: [...groupedBy(all, ({ tenant }) => tenant)].map(([tenant, of]) => ({
      tenant: names.get(tenant) ?? 'a space that you have left',
      scopes: texts(of),
    })),
    since: Math.min(...all.map(({ createdAt }) => createdAt)),
    lastUsed: all.reduce<number | null>((latest, { lastUsedAt: at }) => (at !== null && (latest === null || at > latest) ? at : latest), null),
  }));
}

type Some<T> = [T, ...T[]];

function groupedBy<T>(all: readonly T[], keyOf: (one: T) => string): ReadonlyMap<string, Some<T>> {
  const groups = new Map<string, Some<T>>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return groups;
}

function spacesOf(
  tenants: readonly { readonly id: string; readonly name: string; readonly role: string }[],
  invitations: readonly Invited[],
  { tenant, homeTenant }: { readonly tenant: string | null; readonly homeTenant: string },
): SpacesView {
  return {
    spaces: tenants.map(({ id, name, role }) => ({ id, name, role, current: id === tenant, leavable: id === tenant && id !== homeTenant })),
    invitations: invitations.map(({ id, tenantName, role }) => ({ id, tenant: tenantName, role })),
  };
}

export function personOf({ email, name }: Pick<Me, 'email' | 'name'>): string {
  return email ?? name ?? 'a person without a name';
}

/** Refused is only what asks without a person, and a session has one. */
export function given<T>(answer: T | Refusal): T {
  if (answer instanceof Refusal) throw answer;
  return answer;
}
