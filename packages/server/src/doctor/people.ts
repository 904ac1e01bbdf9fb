import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isRecord } from './values.js';
import type { IdentityProvider } from '../services/identity/provider.js';

/** An identity provider of our own on loopback, so that there are people to call as. */
export interface People {
  readonly provider: IdentityProvider;
  /** A token of the administrator of an organisation. */
  token(person: { readonly subject: string; readonly name: string; readonly organization: string; readonly organizationName: string }, now: number): string;
  close(): Promise<void>;
}

const LIFETIME_SECONDS = 86_400;

export async function startPeople(): Promise<People> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const document = JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'doctor', alg: 'ES256', use: 'sig' }] });
  const server = createServer((_request, response) => response.setHeader('content-type', 'application/json').end(document));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    provider: { issuer, jwksUrl: `${issuer}/jwks`, types: ['jwt'], leewaySeconds: 5, identify },
    token({ subject, name, organization, organizationName }, now) {
      const at = Math.floor(now / 1000);
      const claims = { iss: issuer, sub: subject, name, organization, organization_name: organizationName, iat: at, exp: at + LIFETIME_SECONDS };
      const signed = [{ alg: 'ES256', typ: 'JWT', kid: 'doctor' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
      // RFC 7518, section 3.4: R and S side by side.
      return `${signed}.${sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
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
