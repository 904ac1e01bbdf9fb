import { FULL_ACCESS, Refusal, refuse } from '@gatehouse/contract';
import type { Principal } from '../domain/principal.js';
import type { TenantStore } from '../store/store.js';
import type { KeyAccess, KeyView, MintedKey, NewKey } from './access.js';
import type { KeyService, MintRequest } from './keys.js';
import { type Tenancy, administers, noTenant } from './tenancy.js';

export interface BoundedKeysOptions {
  readonly tenants: TenantStore;
  readonly keys: KeyService;
  readonly tenancy: Tenancy;
}

/** The keys of a tenant as one principal may manage them: the own ones, and everyone's for who administers it. */
export class BoundedKeys implements KeyAccess {
  readonly #principal: Principal;
  readonly #options: BoundedKeysOptions;
  readonly #keys: KeyService;

  constructor(principal: Principal, options: BoundedKeysOptions) {
    this.#principal = principal;
    this.#options = options;
    this.#keys = options.keys;
  }

  async list(filter: { readonly user?: string | undefined } = {}): Promise<readonly KeyView[] | Refusal> {
    const { tenant } = this.#principal;
    if (tenant === null) return noTenant();
    const owner = await this.#ownerIn(tenant, filter.user);
    return owner instanceof Refusal ? owner : this.#keys.list(tenant, owner);
  }

  get(id: string): Promise<KeyView | Refusal> {
    return this.#reaching(id, (tenant) => this.#keys.get(tenant, id));
  }

  revoke(id: string): Promise<undefined | Refusal> {
    return this.#reaching(id, (tenant) => this.#keys.revoke(tenant, id));
  }

  setDisabled(id: string, disabled: boolean): Promise<KeyView | Refusal> {
    return this.#reaching(id, (tenant) => this.#keys.setDisabled(tenant, id, disabled));
  }

  rotate(id: string, overlapSeconds: number): Promise<MintedKey | Refusal> {
    return this.#reaching(id, (tenant) => this.#keys.rotate(tenant, id, overlapSeconds, this.#maker()));
  }

  async create(request: NewKey): Promise<MintedKey | Refusal> {
    const mint = await this.#requestOf(request);
    return mint instanceof Refusal ? mint : this.#keys.mint(mint);
  }

  async import({ hash, format, ...request }: Parameters<KeyAccess['import']>[0]): Promise<KeyView | Refusal> {
    const mint = await this.#requestOf(request);
    return mint instanceof Refusal ? mint : this.#keys.import({ ...mint, hash, format });
  }

  /** Does `work` on a key that this caller may touch; any other key does not exist. */
  async #reaching<T>(id: string, work: (tenant: string) => Promise<T>): Promise<T | Refusal> {
    const { tenant, user } = this.#principal;
    if (tenant === null) return noTenant();
    const key = await this.#keys.get(tenant, id);
    if (key instanceof Refusal) return key;
    const own = key.user !== null && key.user === user;
    return own || administers(this.#principal.role, this.#options.tenancy) ? work(tenant) : refuse('not_found', 'There is no such key.');
  }

  async #requestOf({ user, ...request }: NewKey): Promise<MintRequest | Refusal> {
    const { tenant, rights } = this.#principal;
    if (tenant === null) return noTenant();
    const owner = await this.#ownerIn(tenant, user);
    if (owner instanceof Refusal) return owner;
    const beyond = (request.scopes ?? []).filter((scope) => scope !== FULL_ACCESS && !rights.covers(scope));
    // What is no scope at all is told as such by the mint; what is one, but lies beyond the maker, is refused here.
    if (beyond.some((scope) => this.#keys.declares(scope))) return refuse('forbidden', 'A key cannot hold more than its maker.', { missing: beyond });
    return { ...request, tenant, user: owner, createdBy: this.#maker() };
  }

  /** Whose keys are meant: the caller's, or another member's for who administers the tenant. Unknown and foreign are alike. */
  async #ownerIn(tenant: string, asked: string | undefined): Promise<string | Refusal> {
    const { user, role } = this.#principal;
    if (user === undefined) return refuse('forbidden', 'Keys are managed by people.');
    if (asked === undefined || asked === user) return user;
    const member = administers(role, this.#options.tenancy) ? await this.#options.tenants.member(tenant, asked) : undefined;
    if (member !== undefined) return asked;
    return refuse('forbidden', 'You may manage your own keys only.', { next: 'Leave user_id out, or ask who administers the tenant.' });
  }

  #maker(): string {
    const { kind, id } = this.#principal.credential;
    return `${kind}:${id}`;
  }
}
