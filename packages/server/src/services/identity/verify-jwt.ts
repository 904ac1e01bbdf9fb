import { type JWTPayload, compactVerify, errors } from 'jose';
import type { RefusalReason } from '../../domain/principal.js';
import { checkHeader, faultOf } from './checks.js';
import type { IssuerKeys } from './issuer-keys.js';
import { type UnverifiedJwt, jsonObject } from './jwt.js';
import type { IdentityProvider } from './provider.js';

export type Verification =
  | { readonly is: 'verified'; readonly claims: JWTPayload; readonly expiresAt: number }
  | { readonly is: 'refused'; readonly reason: RefusalReason }
  | { readonly is: 'unavailable'; readonly retryAfterSeconds: number };

/** An issuer with its keys. */
export interface Trusted {
  readonly provider: IdentityProvider;
  readonly keys: IssuerKeys;
}

/** Header, key, signature, claims, in this order: no claim is looked at before the signature holds. */
export async function verifyJwt(jwt: UnverifiedJwt, { provider, keys }: Trusted, now: number): Promise<Verification> {
  const header = checkHeader(jwt.header, provider);
  if (typeof header === 'string') return refused(header);
  const found = await keys.find(header.kid, header.algorithm);
  if (found.is === 'unavailable') return found;
  if (found.is === 'unknown') return refused('bad_signature');
  const payload = await signedPayload(jwt.value, found.key.key, header.alg);
  if (payload === undefined) return refused('bad_signature');
  const claims: JWTPayload | undefined = jsonObject(payload);
  if (claims === undefined) return refused('malformed');
  const fault = faultOf(claims, provider, now);
  return fault === undefined ? { is: 'verified', claims, expiresAt: Math.floor((claims.exp ?? 0) * 1000) } : refused(fault);
}

async function signedPayload(token: string, key: Parameters<typeof compactVerify>[1], alg: string): Promise<Uint8Array | undefined> {
  try {
    return (await compactVerify(token, key, { algorithms: [alg] })).payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

function refused(reason: RefusalReason): { readonly is: 'refused'; readonly reason: RefusalReason } {
  return { is: 'refused', reason };
}
