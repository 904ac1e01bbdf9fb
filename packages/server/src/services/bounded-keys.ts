import { Refusal, covers, refuse } from '@gatehouse/contract';
import type { Principal } from '../domain/principal.js';
import type { TenantStore } from '../store/store.js';
import type { KeyAccess, KeyView, MintedKey, NewKey } from './access.js';
import type { KeyService, MintRequest } from './keys.js';
import { type Tenancy, administers, mostKeys, noTenant, planScopes, roleScopes } from './tenancy.js';

export interface BoundedKeysOptions {
  readonly tenants: TenantStore;
  readonly keys: KeyService;
  readonly tenancy: Tenancy;
}

/** Whose key it is. Where there is a user, their role bounds it. */
interface Owner {
  readonly user: string;
  readonly role: string;
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
    return owner instanceof Refusal ? owner : this.#keys.list(tenant, owner.user);
  }

  get(id: string): Promise<KeyView | Refusal> {
    return this.#reaching(id, async (_tenant, key) => key);
  }

  revoke(id: string): Promise<undefined | Refusal> {
    return this.#reaching(id, (tenant) => this.#keys.revoke(tenant, id));
  }

  setDisabled(id: string, disabled: boolean): Promise<KeyView | Refusal> {
    return this.#reaching(id, (tenant) => this.#keys.setDisabled(tenant, id, disabled));
  }

  rotate(id: string, overlapSeconds: number): Promise<MintedKey | Refusal> {
    return this.#reaching(id, async (tenant, { user, scopes, expiresAt }) => {
      if (this.#outlives(expiresAt)) return tooLong();
      // Who rotates a key holds its successor in hand, and could use it.
      const owner = user === null ? undefined : await this.#options.tenants.member(tenant, user);
      const beyond = this.#beyond(scopes, user === null ? undefined : (owner?.role ?? ''));
      return beyond.length > 0 ? tooMuch(beyond) : this.#keys.rotate(tenant, id, overlapSeconds, this.#maker(), this.#most);
    });
  }

  async create(request: NewKey): Promise<MintedKey | Refusal> {
    const mint = await this.#requestOf(request);
    return mint instanceof Refusal ? mint : this.#keys.mint(mint, this.#most);
  }

  async import({ hash, format, ...request }: Parameters<KeyAccess['import']>[0]): Promise<KeyView | Refusal> {
    const mint = await this.#requestOf(request);
    return mint instanceof Refusal ? mint : this.#keys.import({ ...mint, hash, format }, this.#most);
  }

  /** Does `work` on a key that this caller may touch; any other key does not exist. */
  async #reaching<T>(id: string, work: (tenant: string, key: KeyView) => Promise<T>): Promise<T | Refusal> {
    const { tenant, user } = this.#principal;
    if (tenant === null) return noTenant();
    const key = await this.#keys.get(tenant, id);
    if (key instanceof Refusal) return key;
    const own = key.user !== null && key.user === user;
    return own || this.#administers ? work(tenant, key) : refuse('not_found', 'There is no such key.');
  }

  async #requestOf({ user, ...request }: NewKey): Promise<MintRequest | Refusal> {
    const { tenant, rights } = this.#principal;
    if (tenant === null) return noTenant();
    const expiresAt = request.expiresAt ?? this.#end;
    if (this.#outlives(expiresAt)) return tooLong();
    const owner = await this.#ownerIn(tenant, user);
    if (owner instanceof Refusal) return owner;
    // What is no scope at all is told as such by the mint; what is one, but lies beyond the maker, is refused here.
    const named = this.#keys.declared.filter((scope) => request.scopes?.includes(scope) === true && !rights.covers(scope));
    const beyond = new Set([...named, ...this.#beyond(this.#keys.scopesFor(request.scopes), owner.role)]);
    return beyond.size > 0 ? tooMuch([...beyond]) : { ...request, expiresAt, tenant, user: owner.user, createdBy: this.#maker() };
  }

  /** When the caller ends, where that is a key: what it makes ends by then, or whoever holds a key that ends had one that does not. */
  get #end(): number | null {
    const { kind, expiresAt } = this.#principal.credential;
    return kind === 'key' ? (expiresAt ?? null) : null;
  }

  /** That one owner may have. */
  get #most(): number {
    return mostKeys(this.#plan, this.#options.tenancy);
  }

  get #plan(): string {
    return this.#principal.plan ?? this.#options.tenancy.defaultPlan;
  }

  #outlives(expiresAt: number | null): boolean {
    return this.#end !== null && (expiresAt === null || expiresAt > this.#end);
  }

  /** People may administer; a key is for its owner's own keys, where a platform lets it manage any. */
  get #administers(): boolean {
    return this.#principal.credential.kind !== 'key' && administers(this.#principal.role, this.#options.tenancy);
  }

  /** What a key with these scopes would hold now, `*` and its owner's role and plan reckoned in, and the caller does not. */
  #beyond(scopes: readonly string[], ownerRole: string | undefined): string[] {
    const { rights } = this.#principal;
    const { tenancy } = this.#options;
    const bounds = [scopes, planScopes(this.#plan, tenancy), ...(ownerRole === undefined ? [] : [roleScopes(ownerRole, tenancy)])];
    return this.#keys.declared.filter((scope) => bounds.every((bound) => covers(bound, scope)) && !rights.covers(scope));
  }

  /** Whose keys are meant: the caller's, or another member's for who administers the tenant. Unknown and foreign are alike. */
  async #ownerIn(tenant: string, asked: string | undefined): Promise<Owner | Refusal> {
    const { user, role } = this.#principal;
    if (user === undefined) return refuse('forbidden', 'Keys are managed by people.');
    if (asked === undefined || asked === user) return { user, role: role ?? '' };
    const member = this.#administers ? await this.#options.tenants.member(tenant, asked) : undefined;
    if (member !== undefined) return { user: asked, role: member.role };
    return refuse('forbidden', 'You may manage your own keys only.', { next: 'Leave user_id out, or ask who administers the tenant.' });
  }

  #maker(): string {
    const { kind, id } = this.#principal.credential;
    return `${kind}:${id}`;
  }
}

function tooLong(): Refusal {
  return refuse('forbidden', 'A key cannot last longer than the key that makes it.');
}

function tooMuch(missing: readonly string[]): Refusal {
  return refuse('forbidden', 'A key cannot hold more than its maker.', { missing });
}
