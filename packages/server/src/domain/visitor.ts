import { createHmac } from 'node:crypto';
import { networkOf } from './address.js';

/** Whoever looks at a public page, as the request says. */
export interface Visitor {
  readonly address: string;
  readonly userAgent: string | undefined;
}

/**
 * What a tenant's pages know a visitor by: the same for a network and a browser on one UTC day, another on the next day and in another tenant.
 * A keyed hash: without the key nobody tries addresses until one fits.
 */
export function visitorId(key: Uint8Array, tenant: string, day: string, { address, userAgent = '' }: Visitor): string {
  const salt = createHmac('sha256', key)
    .update(JSON.stringify([tenant, day]))
    .digest();
  return createHmac('sha256', salt)
    .update(JSON.stringify([networkOf(address), userAgent]))
    .digest('hex')
    .slice(0, 32);
}
