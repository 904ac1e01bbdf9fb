import type { JWTPayload } from 'jose';
import type { RefusalReason } from '../../domain/principal.js';
import { type Algorithm, algorithmNamed } from './key-set.js';
import type { IdentityProvider } from './provider.js';
import { MAX_SUBJECT_LENGTH } from './read-claims.js';

export interface CheckedHeader {
  readonly algorithm: Algorithm;
  /** The algorithm as the token spells it. */
  readonly alg: string;
  readonly kid: string | undefined;
}

/** What a header must say before anything is computed with it (RFC 8725, sections 3.1 and 3.11). */
export function checkHeader(header: Readonly<Record<string, unknown>>, provider: IdentityProvider): CheckedHeader | RefusalReason {
  const { alg, kid, typ } = header;
  // We understand no extension; one that is marked critical must not be ignored (RFC 7515, section 4.1.11).
  if (Object.hasOwn(header, 'crit')) return 'malformed';
  if (typ !== undefined && !(typeof typ === 'string' && provider.types.includes(typ.toLowerCase().replace(/^application\//, '')))) return 'bad_claims';
  const algorithm = algorithmNamed(alg);
  if (algorithm === undefined || typeof alg !== 'string') return 'bad_signature';
  if (kid !== undefined && (typeof kid !== 'string' || kid === '' || kid.length > MAX_KEY_ID_LENGTH)) return 'malformed';
  return { algorithm, alg, kid };
}

const MAX_KEY_ID_LENGTH = 256;

interface Step {
  readonly name: string;
  /** Whether the claims pass; `at` is in seconds. */
  readonly holds: (claims: JWTPayload, provider: IdentityProvider, at: number) => boolean;
  readonly otherwise: RefusalReason;
}

/** In this order; the first that fails is the reason. */
const steps: readonly Step[] = [
  { name: 'issuer', holds: ({ iss }, { issuer }) => iss === issuer, otherwise: 'wrong_issuer' },
  { name: 'subject', holds: ({ sub }) => typeof sub === 'string' && sub.trim() !== '' && sub.length <= MAX_SUBJECT_LENGTH, otherwise: 'bad_claims' },
  { name: 'dates', holds: ({ exp, nbf, iat }) => isDate(exp) && isAbsentOrDate(nbf) && isAbsentOrDate(iat), otherwise: 'bad_claims' },
  { name: 'expiry', holds: ({ exp = 0 }, _provider, at) => at < exp, otherwise: 'expired' },
  { name: 'not before', holds: ({ nbf = 0 }, { leewaySeconds }, at) => nbf <= at + leewaySeconds, otherwise: 'not_yet_valid' },
  { name: 'issued at', holds: ({ iat = 0 }, { leewaySeconds }, at) => iat <= at + leewaySeconds, otherwise: 'not_yet_valid' },
  { name: 'audience', holds: ({ aud }, { audience }) => audienceFits(aud, audience), otherwise: 'wrong_audience' },
  { name: 'authorized party', holds: ({ azp }, { authorizedParties }) => partyFits(azp, authorizedParties), otherwise: 'wrong_audience' },
];

/** What the claims of a token with a good signature must say. */
export function faultOf(claims: JWTPayload, provider: IdentityProvider, now: number): RefusalReason | undefined {
  return steps.find((step) => !step.holds(claims, provider, now / 1000))?.otherwise;
}

/** The last second that a JavaScript date can hold. */
const LAST_SECOND = 8_640_000_000_000;

function isDate(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= LAST_SECOND;
}

function isAbsentOrDate(value: unknown): boolean {
  return value === undefined || isDate(value);
}

function audienceFits(aud: unknown, audience: string | undefined): boolean {
  if (audience === undefined) return aud === undefined;
  return aud === audience || (Array.isArray(aud) && aud.includes(audience));
}

function partyFits(azp: unknown, parties: readonly string[] | undefined): boolean {
  return parties === undefined || (typeof azp === 'string' && parties.includes(azp));
}
