import { randomBytes } from 'node:crypto';
import type { Config } from '../config.js';
import { Seal } from '../domain/seal.js';
import type { MeansOptions } from '../runtime/means.js';
import type { Egress } from '../services/egress.js';
import { PageAddresses } from '../services/page-addresses.js';
import type { Vault } from '../services/vault.js';
import type { Store } from '../store/store.js';

export interface MeansWiring {
  readonly config: Pick<Config, 'settings' | 'publicUrl'>;
  readonly store: Pick<Store, 'publicIds'>;
  readonly vault: Vault;
  readonly egress: Egress;
  readonly randomInt: MeansOptions['randomInt'];
  readonly now: () => number;
}

/** What a platform's own code is given beside its tables. */
export function wireMeans({ config, store, vault, egress, randomInt, now }: MeansWiring) {
  const addresses = new PageAddresses({ publicIds: store.publicIds, key: vault.subKey('public ids'), publicUrl: config.publicUrl, now });
  const means: MeansOptions = {
    settings: config.settings,
    seal: new Seal(vault.subKey('platform'), randomBytes),
    egress,
    pageUrl: (tenant, path, parameters) => addresses.urlOf(tenant, path, parameters),
    randomInt,
  };
  return { means, addresses };
}
