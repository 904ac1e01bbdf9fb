import type { Egress } from '../egress.js';
import { type VerificationKey, importKeySet } from './key-set.js';
import type { IdentityProvider } from './provider.js';

export type KeySetAnswer = { readonly ok: true; readonly keys: readonly VerificationKey[] } | { readonly ok: false; readonly reason: string };

/** Asks an issuer for its keys, by way of its discovery document where the provider names no address. Never rejects for what the network does. */
export async function fetchKeys(egress: Egress, provider: IdentityProvider): Promise<KeySetAnswer> {
  const address = provider.jwksUrl === undefined ? await discover(egress, provider.issuer) : { ok: true as const, value: provider.jwksUrl };
  if (!address.ok) return address;
  const document = await getJson(egress, address.value, 'the key set');
  if (!document.ok) return document;
  const keys = await importKeySet(document.value);
  return keys === undefined ? { ok: false, reason: 'the key set is not a JWK Set' } : { ok: true, keys };
}

type Found<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** OpenID Connect Discovery 1.0, section 4: the document must name the very issuer that it was asked of. */
async function discover(egress: Egress, issuer: string): Promise<Found<string>> {
  const document = await getJson(egress, `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, 'the discovery document');
  if (!document.ok) return document;
  if (document.value.issuer !== issuer) return { ok: false, reason: 'the discovery document names another issuer' };
  const address = document.value.jwks_uri;
  return typeof address === 'string' ? { ok: true, value: address } : { ok: false, reason: 'the discovery document names no jwks_uri' };
}

async function getJson(egress: Egress, url: string, what: string): Promise<Found<Readonly<Record<string, unknown>>>> {
  const answer = await egress.get(url, { accept: 'application/json, application/jwk-set+json' });
  if (!answer.ok) return { ok: false, reason: `${what}: ${answer.reason}` };
  if (answer.status !== 200) return { ok: false, reason: `${what}: status ${answer.status}` };
  try {
    const value: unknown = JSON.parse(answer.body.toString('utf8'));
    if (typeof value === 'object' && value !== null) return { ok: true, value: value as Readonly<Record<string, unknown>> };
  } catch {
    // Falls through: what is no JSON is no more use than JSON of another shape.
  }
  return { ok: false, reason: `${what}: not a JSON object` };
}
