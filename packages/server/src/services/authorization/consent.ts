import { covers } from '@gatehouse/contract';
import { redirectTarget } from '../../domain/redirect-uri.js';
import type { GrantRecord } from '../../store/grants.js';
import type { Store } from '../../store/store.js';
import { type Tenancy, planScopes, roleScopes } from '../tenancy.js';
import type { Client, Clients } from './clients.js';

export interface ConsentOptions {
  readonly store: Pick<Store, 'tenants' | 'grants' | 'users'>;
  readonly clients: Clients;
  readonly tenancy: Tenancy;
  /** Every scope that tokens can hold. */
  readonly scopes: readonly string[];
  /** What a program gets that asks for none. */
  readonly defaults: readonly string[];
  readonly newId: () => string;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** A program that asks a person for access. */
export interface Asking {
  readonly client: Client;
  readonly user: string;
  /** None: the defaults. */
  readonly asked: readonly string[];
}

/** A tenant in which the person may let the program in. */
export interface Place {
  readonly id: string;
  readonly name: string;
  /** What may be allowed here: what is asked for and what was allowed before, within the person's role and the plan. */
  readonly scopes: readonly string[];
  /** What was allowed to the program here before, and is still. */
  readonly before: readonly string[];
}

/** What people may allow, and what they have. */
export class Consent {
  readonly #options: ConsentOptions;

  constructor(options: ConsentOptions) {
    this.#options = options;
  }

  /** The name that a person is shown as. */
  async person(user: string): Promise<string> {
    const record = await this.#options.store.users.find(user);
    return record?.email ?? record?.name ?? user;
  }

  /** Those tenants in which there is anything to allow; the person's own space first. */
  async places({ client, user, asked }: Asking): Promise<readonly Place[]> {
    const { store, tenancy, scopes, defaults } = this.#options;
    const [tenants, grants, person] = await Promise.all([store.tenants.listOf(user), store.grants.list(user), store.users.find(user)]);
    const wanted = asked.length === 0 ? defaults : asked;
    const places = tenants.map(({ id, name, role, plan }): Place => {
      const allowed = scopes.filter((scope) => covers(roleScopes(role, tenancy), scope) && covers(planScopes(plan ?? tenancy.defaultPlan, tenancy), scope));
      const granted = grants.filter((grant) => grant.tenant === id && grant.client === client.id).flatMap((grant) => grant.scopes);
      const before = allowed.filter((scope) => granted.includes(scope));
      return { id, name, scopes: allowed.filter((scope) => wanted.includes(scope) || before.includes(scope)), before };
    });
    const home = (place: Place) => (place.id === person?.homeTenant ? 0 : 1);
    return places.filter((place) => place.scopes.length > 0).sort((one, other) => home(one) - home(other));
  }

  /** undefined: nothing of that may be allowed there. */
  async allow(
    asking: Asking,
    chosen: { readonly tenant: string; readonly scopes: readonly string[]; readonly redirectUri: string },
  ): Promise<GrantRecord | undefined> {
    const { store, clients, newId, now } = this.#options;
    const place = (await this.places(asking)).find(({ id }) => id === chosen.tenant);
    const scopes = place?.scopes.filter((scope) => chosen.scopes.includes(scope)) ?? [];
    if (place === undefined || scopes.length === 0) return undefined;
    const { client, user } = asking;
    const { host } = redirectTarget(chosen.redirectUri);
    const grant: GrantRecord = {
      id: newId(),
      tenant: place.id,
      user,
      client: client.id,
      clientName: client.metadata.client_name ?? host,
      clientHost: host.endsWith(':') ? null : host,
      scopes,
      createdAt: now(),
      lastUsedAt: null,
      revokedAt: null,
    };
    await clients.keep(client);
    await store.grants.create(place.id, grant);
    return grant;
  }
}
