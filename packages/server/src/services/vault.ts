import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { MetaStore } from '../store/store.js';

/** Keys derived from the root secret, one per purpose (HKDF with SHA-256, RFC 5869). */
export interface Vault {
  /** 32 bytes; the same purpose always gives the same key. */
  subKey(purpose: string): Uint8Array;
}

export const ROOT_SECRET_CHECK = 'root_secret_check';
const MINIMUM = 32;

/** @throws with the setting's name where the secret is too short */
export function openVault(rootSecret: string): Vault {
  if (rootSecret.length < MINIMUM)
    throw new Error(`GATEHOUSE_SECRET is too short: give it at least ${MINIMUM} random characters, for example from \`openssl rand -hex 32\`.`);
  return { subKey: (purpose) => new Uint8Array(hkdfSync('sha256', rootSecret, 'gatehouse', purpose, 32)) };
}

/** Refuses to go on with a root secret other than the one that this store was first opened with. */
export async function checkRootSecret(vault: Vault, meta: MetaStore): Promise<void> {
  const mine = checkValue(vault);
  if (!equal(await meta.settle(ROOT_SECRET_CHECK, mine), mine)) {
    throw new Error(
      'GATEHOUSE_SECRET (or the file `secret` in the data folder) is not the secret that this database was made with. Put the right one back; with another one, what is sealed here cannot be read.',
    );
  }
}

/** Whether a database was made with this root secret, by the check value that it holds. */
export function rootSecretFits(rootSecret: string, stored: string): boolean {
  return rootSecret.length >= MINIMUM && equal(stored, checkValue(openVault(rootSecret)));
}

function checkValue(vault: Vault): string {
  return createHmac('sha256', vault.subKey('check')).update('gatehouse').digest('hex');
}

function equal(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
