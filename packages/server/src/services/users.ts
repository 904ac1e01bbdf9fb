import { Refusal, refuse, refuseField } from '@gatehouse/contract';
import { foldEmail, readEmail } from '../domain/email.js';
import type { TenantRecord, UserRecord } from '../domain/records.js';
import type { Store } from '../store/store.js';

/** People and tenants, as the operator makes them. */
export class UserService {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #newId: () => string;
  readonly #ownerRole: string;
  readonly #plans: readonly string[];

  constructor(options: {
    readonly store: Store;
    readonly now: () => number;
    readonly newId: () => string;
    readonly ownerRole: string;
    /** The names of the platform's plans. */
    readonly plans: readonly string[];
  }) {
    this.#store = options.store;
    this.#now = options.now;
    this.#newId = options.newId;
    this.#ownerRole = options.ownerRole;
    this.#plans = options.plans;
  }

  /** A user with an own space. The operator vouches for the e-mail. */
  async create(email: string, name: string | null = null): Promise<UserRecord | Refusal> {
    const address = readEmail(email);
    if (address === undefined) return refuseField('email', 'must be an e-mail address');
    const createdAt = this.#now();
    const home: TenantRecord = { id: this.#newId(), name: name ?? address, plan: null, externalId: null, createdAt };
    const user: UserRecord = { id: this.#newId(), email: address, emailVerified: true, name, homeTenant: home.id, createdAt };
    return (await this.#store.users.create(user, home, undefined, this.#ownerRole)) === 'created'
      ? user
      : refuse('conflict', `A user with the e-mail ${address} exists already.`);
  }

  /** A user by id or e-mail; an e-mail nobody has makes the user. */
  async findOrCreate(idOrEmail: string): Promise<UserRecord | Refusal> {
    if (!idOrEmail.includes('@')) return (await this.#store.users.find(idOrEmail)) ?? refuse('not_found', `There is no user with the id "${idOrEmail}".`);
    const known = await this.#store.users.findByEmail(foldEmail(idOrEmail));
    if (known !== undefined) return known;
    const made = await this.create(idOrEmail);
    // Somebody else may have made it in between.
    return made instanceof Refusal ? ((await this.#store.users.findByEmail(foldEmail(idOrEmail))) ?? made) : made;
  }

  list(): Promise<readonly UserRecord[]> {
    return this.#store.users.list();
  }

  async createTenant(name: string): Promise<TenantRecord | Refusal> {
    const trimmed = name.trim();
    if (trimmed === '' || trimmed.length > 200) return refuseField('name', 'must have 1 to 200 characters');
    const tenant: TenantRecord = { id: this.#newId(), name: trimmed, plan: null, externalId: null, createdAt: this.#now() };
    await this.#store.tenants.create(tenant);
    return tenant;
  }

  /** Puts a tenant on a plan. What it bounds holds for every call from the moment this settles. */
  async setPlan(tenant: string, plan: string): Promise<TenantRecord | Refusal> {
    if (!this.#plans.includes(plan)) return refuseField('plan', `unknown: ${plan}; there are ${this.#plans.join(', ')}`);
    if ((await this.#store.tenants.setPlan(tenant, plan)) === 'unknown') return refuse('not_found', 'There is no such tenant.');
    await this.#store.changes.barrier([`tenant:${tenant}`]);
    return (await this.#store.tenants.find(tenant)) ?? refuse('not_found', 'There is no such tenant.');
  }

  listTenants(): Promise<readonly TenantRecord[]> {
    return this.#store.tenants.list();
  }
}
