import { createHmac } from 'node:crypto';
import { TENANT, filledIn } from '../domain/page-path.js';
import type { PublicIdStore } from '../store/public-ids.js';

export interface PageAddressesOptions {
  readonly publicIds: PublicIdStore;
  readonly key: Uint8Array;
  /** undefined: pages are where this process listens. */
  readonly publicUrl: string | undefined;
  readonly now: () => number;
}

/** Where the public pages of tenants are. */
export class PageAddresses {
  readonly #options: PageAddressesOptions;
  #origin: string;

  constructor(options: PageAddressesOptions) {
    this.#options = options;
    this.#origin = options.publicUrl ?? 'http://localhost';
  }

  /** Where this process can be reached from its own machine. */
  listensAt(url: string): void {
    if (this.#options.publicUrl === undefined) this.#origin = url;
  }

  /** @param path of a declared page: `/f/:tenant/:slug` */
  async urlOf(tenant: string, path: string, parameters: Readonly<Record<string, string>> = {}): Promise<string> {
    const { publicIds, key, now } = this.#options;
    // Says nothing of the tenant without the key, and is the same whichever process offers it first.
    const candidate = createHmac('sha256', key).update(tenant).digest('hex').slice(0, 16);
    return this.#origin + filledIn(path, { ...parameters, [TENANT]: await publicIds.settle(tenant, candidate, now()) });
  }
}
