import { generateKeyPairSync, sign } from 'node:crypto';
import type { IdentityProvider } from '../services/identity/provider.js';
import type { Outside } from './outside.js';
import { isRecord } from './values.js';

/** An identity provider of our own, so that there are people to call as. */
export interface People {
  readonly provider: IdentityProvider;
  /** Where its keys are. */
  readonly outside: Outside;
  /** A token of the administrator of an organisation. */
  token(person: { readonly subject: string; readonly name: string; readonly organization: string; readonly organizationName: string }, now: number): string;
}

const ISSUER = 'https://people.invalid';
const JWKS = `${ISSUER}/jwks`;
const LIFETIME_SECONDS = 86_400;

export function makePeople(): People {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const body = JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'doctor', alg: 'ES256', use: 'sig' }] });
  return {
    provider: { issuer: ISSUER, jwksUrl: JWKS, types: ['jwt'], leewaySeconds: 5, identify },
    outside: (url) => (url === JWKS ? { status: 200, headers: { 'content-type': 'application/json' }, body } : undefined),
    token({ subject, name, organization, organizationName }, now) {
      const at = Math.floor(now / 1000);
      const claims = { iss: ISSUER, sub: subject, name, organization, organization_name: organizationName, iat: at, exp: at + LIFETIME_SECONDS };
      const signed = [{ alg: 'ES256', typ: 'JWT', kid: 'doctor' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
      // RFC 7518, section 3.4: R and S side by side.
      return `${signed}.${sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
    },
  };
}

const identify: IdentityProvider['identify'] = (claims) => {
  if (!isRecord(claims)) return 'no claims';
  const { sub, name, organization, organization_name } = claims;
  if (typeof sub !== 'string' || typeof organization !== 'string') return 'no organisation';
  const email = `${sub}@example.com`;
  return {
    subject: sub,
    email,
    emailVerified: true,
    ...(typeof name === 'string' ? { name } : {}),
    organization: { id: organization, role: 'admin', ...(typeof organization_name === 'string' ? { name: organization_name } : {}) },
  };
};
