import { FULL_ACCESS, type Failure, Refusal, refuse } from '@gatehouse/contract';
import { present } from '../domain/presented.js';
import type { Principal, Resolution } from '../domain/principal.js';
import type { Store } from '../store/store.js';
import type { Access, KeyAccess, NewKey } from './access.js';
import type { Authenticator } from './authenticate.js';
import type { KeyService } from './keys.js';
import type { Tenancy } from './tenancy.js';

export interface AccessOptions {
  readonly store: Store;
  readonly keys: KeyService;
  readonly authenticator: Authenticator;
  readonly tenancy: Tenancy;
}

/** What a credential that did not resolve amounts to, counted against the address it came from. */
export type Denied = (resolution: Exclude<Resolution, { is: 'ok' }>) => Failure;

export type AccessFor = (principal: Principal, denied: Denied) => Access;

/** Gatehouse's services as one principal may use them. */
export function accessFor(options: AccessOptions): AccessFor {
  return (principal, denied) => ({
    keys: keyAccess(principal, options),
    ...people(principal, options),
    async verify(value) {
      const resolution = await options.authenticator.resolveOne(present(value, 'message'));
      return resolution.is === 'ok' ? resolution.principal : new Refusal(denied(resolution));
    },
  });
}

function people(principal: Principal, { store, tenancy }: AccessOptions): Pick<Access, 'me' | 'user' | 'tenant' | 'tenants' | 'renameTenant' | 'members'> {
  const { user, tenant } = principal;
  return {
    async me() {
      const found = user === undefined ? undefined : await store.users.find(user);
      return found ?? refuse('forbidden', 'This credential belongs to a tenant, not to a person.');
    },
    user: (id) => store.users.find(id),
    async tenant() {
      return (tenant === null ? undefined : await store.tenants.find(tenant)) ?? noTenant();
    },
    async tenants() {
      return user === undefined ? refuse('forbidden', 'This credential belongs to a tenant, not to a person.') : store.tenants.listOf(user);
    },
    async renameTenant(name) {
      if (tenant === null) return noTenant();
      if (!administers(principal, tenancy)) return refuse('forbidden', 'Only who administers the tenant may rename it.');
      await store.tenants.rename(tenant, name);
      return (await store.tenants.find(tenant)) ?? noTenant();
    },
    async members() {
      return tenant === null ? noTenant() : store.tenants.members(tenant);
    },
  };
}

function keyAccess(principal: Principal, { store, keys, tenancy }: AccessOptions): KeyAccess {
  /** Whose keys are meant: the caller's, or another member's for who administers the tenant. Unknown and foreign are alike. */
  const ownerIn = async (tenant: string, asked: string | undefined): Promise<string | Refusal> => {
    const { user } = principal;
    if (user === undefined) return refuse('forbidden', 'Keys are managed by people.');
    if (asked === undefined || asked === user) return user;
    const member = administers(principal, tenancy) ? await store.tenants.member(tenant, asked) : undefined;
    return member === undefined
      ? refuse('forbidden', 'You may manage your own keys only.', { next: 'Leave user_id out, or ask who administers the tenant.' })
      : asked;
  };
  /** A key that this caller may touch; anything else does not exist. */
  const reach = async (id: string): Promise<string | Refusal> => {
    const { tenant } = principal;
    if (tenant === null) return noTenant();
    const key = await keys.get(tenant, id);
    if (key instanceof Refusal) return key;
    const own = key.user !== null && key.user === principal.user;
    return own || administers(principal, tenancy) ? tenant : refuse('not_found', 'There is no such key.');
  };
  const mintFor = async ({ user, ...request }: NewKey) => {
    const { tenant } = principal;
    if (tenant === null) return noTenant();
    const owner = await ownerIn(tenant, user);
    if (owner instanceof Refusal) return owner;
    const beyond = (request.scopes ?? []).filter((scope) => scope !== FULL_ACCESS && !principal.rights.covers(scope));
    // What is no scope at all is told as such by the mint; what is one, but lies beyond the maker, is refused here.
    if (beyond.some((scope) => keys.declares(scope))) return refuse('forbidden', 'A key cannot hold more than its maker.', { missing: beyond });
    return { ...request, tenant, user: owner, createdBy: madeBy(principal) };
  };
  return {
    async list(filter = {}) {
      const { tenant } = principal;
      if (tenant === null) return noTenant();
      const owner = await ownerIn(tenant, filter.user);
      return owner instanceof Refusal ? owner : keys.list(tenant, owner);
    },
    async get(id) {
      const tenant = await reach(id);
      return tenant instanceof Refusal ? tenant : keys.get(tenant, id);
    },
    async create(request) {
      const mint = await mintFor(request);
      return mint instanceof Refusal ? mint : keys.mint(mint);
    },
    async revoke(id) {
      const tenant = await reach(id);
      return tenant instanceof Refusal ? tenant : keys.revoke(tenant, id);
    },
    async setDisabled(id, disabled) {
      const tenant = await reach(id);
      return tenant instanceof Refusal ? tenant : keys.setDisabled(tenant, id, disabled);
    },
    async rotate(id, overlapSeconds) {
      const tenant = await reach(id);
      return tenant instanceof Refusal ? tenant : keys.rotate(tenant, id, overlapSeconds, madeBy(principal));
    },
    async import({ hash, format, ...request }) {
      const mint = await mintFor(request);
      return mint instanceof Refusal ? mint : keys.import({ ...mint, hash, format });
    },
  };
}

export function administers({ role }: Principal, tenancy: Tenancy): boolean {
  return role !== undefined && tenancy.roles[role]?.administers === true;
}

function madeBy({ credential }: Principal): string {
  return `${credential.kind}:${credential.id}`;
}

function noTenant(): Refusal {
  return refuse('forbidden', 'This credential is bound to no tenant.');
}
