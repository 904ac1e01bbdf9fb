// An identity provider on loopback with one member of one organisation, whose role there changes when somebody asks for it.
import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';

const AUDIENCE = 'conformance';
const LIFE_SECONDS = 600;

/** @returns {Promise<{ url: string, token: (role: 'admin' | 'member') => string, close: () => Promise<void> }>} */
export async function startIssuer() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'only', alg: 'ES256', use: 'sig' };
  const server = createServer((request, response) => {
    const isKeys = request.url === '/jwks.json';
    response.setHeader('content-type', 'application/json').end(JSON.stringify(isKeys ? { keys: [jwk] } : { issuer: url, jwks_uri: `${url}/jwks.json` }));
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  return {
    url,
    token(role) {
      const iat = Math.floor(Date.now() / 1000);
      const claims = { iss: url, aud: AUDIENCE, sub: 'ann', organization: 'acme', role, iat, exp: iat + LIFE_SECONDS };
      const signed = [{ alg: 'ES256', kid: jwk.kid, typ: 'JWT' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
      return `${signed}.${sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
    },
    close() {
      const closed = new Promise((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}
