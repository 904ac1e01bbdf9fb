import type { Egress, EgressAnswer } from '../egress.js';
import { type VerificationKey, importKeySet } from './key-set.js';
import type { IdentityProvider } from './provider.js';

export type KeySetAnswer = { readonly ok: true; readonly keys: readonly VerificationKey[] } | { readonly ok: false; readonly reason: string };

/** For all that is asked before the keys are there: whoever shows a token waits for it. */
const PATIENCE_MS = 10_000;

/**
 * Asks an issuer for its keys, by way of its discovery document where the provider names no address. Never rejects for what the network does.
 * @param signal ends it like a time-out
 */
export async function fetchKeys(egress: Egress, provider: IdentityProvider, signal = AbortSignal.timeout(PATIENCE_MS)): Promise<KeySetAnswer> {
  const get = jsonBy(egress, signal);
  return keysAt(get, provider.jwksUrl === undefined ? await discover(get, provider.issuer) : { ok: true, value: provider.jwksUrl });
}

/** The same of an authorization server, by way of its metadata. */
export async function fetchServerKeys(egress: Egress, issuer: string, signal = AbortSignal.timeout(PATIENCE_MS)): Promise<KeySetAnswer> {
  const get = jsonBy(egress, signal);
  const { origin, pathname } = new URL(issuer);
  const path = pathname === '/' ? '' : pathname.replace(/\/$/, '');
  // RFC 8414, sections 3.1 and 5: the path is inserted; then in the two ways of OpenID Connect.
  const places = ['oauth-authorization-server', 'openid-configuration'].map((name) => `${origin}/.well-known/${name}${path}`);
  if (path !== '') places.push(discoveryAddress(issuer));
  let found: Found<string> = { ok: false, reason: 'no metadata' };
  for (const place of places) {
    found = await discover(get, issuer, place);
    if (found.ok || found.elsewhere !== true) break;
  }
  return keysAt(get, found);
}

async function keysAt(get: Get, address: Found<string>): Promise<KeySetAnswer> {
  if (!address.ok) return { ok: false, reason: address.reason };
  const document = read(await get(address.value), 'the key set');
  if (!document.ok) return document;
  const keys = await importKeySet(document.value);
  return keys === undefined ? { ok: false, reason: 'the key set is not a JWK Set' } : { ok: true, keys };
}

/** `elsewhere`: there is nothing here, and something may be at another address. */
type Found<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string; readonly elsewhere?: boolean };

const discoveryAddress = (issuer: string) => `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;

/** OpenID Connect Discovery 1.0, section 4, and RFC 8414, section 3.3: the document must name the very issuer that it was asked of. */
async function discover(get: Get, issuer: string, address = discoveryAddress(issuer)): Promise<Found<string>> {
  const document = read(await get(address), 'the discovery document');
  if (!document.ok) return document;
  if (document.value.issuer !== issuer) return { ok: false, reason: 'the discovery document names another issuer' };
  const keys = document.value.jwks_uri;
  return typeof keys === 'string' ? { ok: true, value: keys } : { ok: false, reason: 'the discovery document names no jwks_uri' };
}

type Get = (url: string) => Promise<EgressAnswer>;

function jsonBy(egress: Egress, signal: AbortSignal): Get {
  return (url) => egress.get(url, { accept: 'application/json, application/jwk-set+json', signal });
}

function read(answer: EgressAnswer, what: string): Found<Readonly<Record<string, unknown>>> {
  if (!answer.ok) return { ok: false, reason: `${what}: ${answer.reason}` };
  if (answer.status !== 200) return { ok: false, reason: `${what}: status ${answer.status}`, elsewhere: answer.status < 500 };
  try {
    const value: unknown = JSON.parse(answer.body.toString('utf8'));
    if (typeof value === 'object' && value !== null) return { ok: true, value: value as Readonly<Record<string, unknown>> };
  } catch {
    // Falls through: what is no JSON is no more use than JSON of another shape.
  }
  return { ok: false, reason: `${what}: not a JSON object` };
}
