import { Refusal } from '@gatehouse/contract';
import type { AccountView } from '../pages/views.js';

/** What this page needs of the services, bounded by who is calling. Times are Unix milliseconds. */
export interface Access {
  me(): Promise<{ readonly email: string | null; readonly name: string | null } | Refusal>;
  tenants(): Promise<readonly { readonly id: string; readonly name: string }[] | Refusal>;
  readonly grants: {
    list(): Promise<readonly Granted[] | Refusal>;
    revoke(id: string): Promise<undefined | Refusal>;
  };
  readonly sessions: {
    list(): Promise<readonly SignedIn[] | Refusal>;
    revoke(id: string): Promise<undefined | Refusal>;
    signOutEverywhere(): Promise<number | Refusal>;
  };
}

interface Granted {
  readonly id: string;
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

interface Wording {
  readonly title: string;
  readonly scopeTexts: Readonly<Record<string, string>>;
}

export async function viewOf(access: Access, { title, scopeTexts }: Wording, done: string | null): Promise<AccountView> {
  const [me, tenants, grants, sessions] = await Promise.all([access.me(), access.tenants(), access.grants.list(), access.sessions.list()]);
  const names = new Map(given(tenants).map(({ id, name }) => [id, name]));
  const { email, name } = given(me);
  return {
    platform: title,
    person: email ?? name ?? 'a person without a name',
    apps: given(grants).map((grant) => ({
      grant: grant.id,
      name: grant.clientName,
      host: grant.clientHost,
      // Whoever has left a space has no access there, and neither has the app.
      tenant: names.get(grant.tenant) ?? 'a space that you have left',
      scopes: grant.scopes.map((scope) => scopeTexts[scope] ?? scope),
      since: grant.createdAt,
      lastUsed: grant.lastUsedAt,
    })),
    sessions: given(sessions).map(({ id, userAgent, createdAt, current }) => ({ id, userAgent, since: createdAt, current })),
    done,
  };
}

/** Refused is only what asks without a person, and a session has one. */
function given<T>(answer: T | Refusal): T {
  if (answer instanceof Refusal) throw answer;
  return answer;
}
