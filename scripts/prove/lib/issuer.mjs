// A stand-in for Clerk: its key set on loopback, and tokens of as many people as are asked for.
import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';

/** How old a token may become before a new one is made, in seconds; it lasts for 60. */
const FRESH = 20;

/** @returns {Promise<{ url: string, token(person?: string): string, close(): Promise<void> }>} */
export async function startIssuer() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const keys = JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }] });
  const server = createServer((_request, response) => response.setHeader('content-type', 'application/json').end(keys));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const made = new Map();
  return {
    url,
    token(person = 'ada') {
      const iat = Math.floor(Date.now() / 1000);
      const known = made.get(person);
      if (known !== undefined && iat - known.at <= FRESH) return known.token;
      const input = `${part({ alg: 'RS256', typ: 'JWT', kid: 'one' })}.${part({ iss: url, sub: `user_${person}`, iat, nbf: iat - 5, exp: iat + 60 })}`;
      const token = `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
      made.set(person, { at: iat, token });
      return token;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
