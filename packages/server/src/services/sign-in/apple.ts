import { SignJWT, importPKCS8 } from 'jose';
import { type ClientAuth, ClientSecretPost } from 'openid-client';
import type { AppleKey } from '../../domain/sign-in-settings.js';

export const APPLE_ISSUER = 'https://appleid.apple.com';
const GOOD_SECONDS = 300;

/**
 * Apple's client secret is a JWT that we sign (Apple, Creating a client secret): ES256, for its issuer, good for minutes here.
 * `prepare` signs one, and `authentication` sends the last one.
 */
export function appleSecret({ clientId, teamId, keyId, privateKey }: AppleKey, audience: string, now: () => number) {
  const key = importPKCS8(privateKey, 'ES256');
  let secret = '';
  const authentication: ClientAuth = (server, client, body, headers) => ClientSecretPost(secret)(server, client, body, headers);
  const prepare = async (): Promise<void> => {
    const at = Math.floor(now() / 1000);
    secret = await new SignJWT({})
      .setProtectedHeader({ alg: 'ES256', kid: keyId })
      .setIssuer(teamId)
      .setSubject(clientId)
      .setAudience(audience)
      .setIssuedAt(at)
      .setExpirationTime(at + GOOD_SECONDS)
      .sign(await key);
  };
  return { authentication, prepare };
}
