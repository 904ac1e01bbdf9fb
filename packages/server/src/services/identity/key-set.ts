import { type CryptoKey, type JWK, importJWK } from 'jose';

/** The algorithms that are accepted, whatever a token or a key set says. */
export type Algorithm = 'RS256' | 'ES256' | 'EdDSA';

export interface VerificationKey {
  readonly kid: string | undefined;
  readonly algorithm: Algorithm;
  readonly key: CryptoKey;
}

/** More than any issuer serves; a bound on the work that one answer can cause. */
const MAX_KEYS = 100;

/** The algorithm of a header or a key; `Ed25519` is the newer spelling of EdDSA on that curve (RFC 9864, section 2.2). */
export function algorithmNamed(alg: unknown): Algorithm | undefined {
  if (alg === 'RS256' || alg === 'ES256' || alg === 'EdDSA') return alg;
  return alg === 'Ed25519' ? 'EdDSA' : undefined;
}

/**
 * Reads a JWK Set (RFC 7517, section 5). Keys that are not for us are left out: secret or unknown types, encryption
 * keys, other algorithms, malformed ones. Undefined where the document is no JWK Set at all.
 */
export async function importKeySet(document: unknown): Promise<readonly VerificationKey[] | undefined> {
  const listed: unknown = typeof document === 'object' && document !== null ? Reflect.get(document, 'keys') : undefined;
  if (!Array.isArray(listed)) return undefined;
  const imported = await Promise.all(listed.slice(0, MAX_KEYS).map(importKey));
  return imported.filter((key) => key !== undefined);
}

/**
 * The one key that can have made a signature. A token without `kid` is good only where a single key fits its
 * algorithm; nothing is ever tried out.
 */
export function keyFor(keys: readonly VerificationKey[], kid: string | undefined, algorithm: Algorithm): VerificationKey | undefined {
  const fitting = keys.filter((key) => key.algorithm === algorithm && (kid === undefined || key.kid === kid));
  return fitting.length === 1 ? fitting[0] : undefined;
}

async function importKey(entry: unknown): Promise<VerificationKey | undefined> {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const jwk = entry as JWK;
  const fit = publicPart(jwk);
  if (fit === undefined || (jwk.use ?? 'sig') !== 'sig') return undefined;
  if (jwk.key_ops !== undefined && !(Array.isArray(jwk.key_ops) && jwk.key_ops.includes('verify'))) return undefined;
  if (jwk.alg !== undefined && algorithmNamed(jwk.alg) !== fit.algorithm) return undefined;
  if (jwk.kid !== undefined && typeof jwk.kid !== 'string') return undefined;
  try {
    return { kid: jwk.kid, algorithm: fit.algorithm, key: await importJWK(fit.jwk, fit.algorithm) };
  } catch {
    return undefined;
  }
}

/** Each type of key has one algorithm here, so that a key can never be used with another. */
function publicPart(jwk: JWK): { readonly algorithm: Algorithm; readonly jwk: JWK & { readonly kty: 'RSA' | 'EC' | 'OKP' } } | undefined {
  const { kty, crv, n = '', e = '', x = '', y = '' } = jwk;
  if (kty === 'RSA' && typeof n === 'string' && Buffer.from(n, 'base64url').length >= MIN_RSA_BYTES) return { algorithm: 'RS256', jwk: { kty: 'RSA', n, e } };
  if (kty === 'EC' && crv === 'P-256') return { algorithm: 'ES256', jwk: { kty: 'EC', crv, x, y } };
  if (kty === 'OKP' && crv === 'Ed25519') return { algorithm: 'EdDSA', jwk: { kty: 'OKP', crv, x } };
  return undefined;
}

/** 2048 bits (RFC 7518, section 3.3). */
const MIN_RSA_BYTES = 256;
