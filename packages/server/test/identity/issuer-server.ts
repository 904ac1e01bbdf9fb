import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, type JWK, type JWTPayload, SignJWT, exportJWK, generateKeyPair } from 'jose';

export interface SigningKey {
  readonly kid: string | undefined;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwk: JWK;
}

export async function newKey(alg: string, kid?: string, more: JWK = {}): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), alg, use: 'sig', ...(kid === undefined ? {} : { kid }), ...more };
  return { kid, alg, privateKey, publicKey, jwk };
}

/** Signs claims as an issuer does. `header` overrides what the key says. */
export function sign(key: SigningKey, claims: JWTPayload, header: object = {}): Promise<string> {
  const base = { alg: key.alg, typ: 'JWT', ...(key.kid === undefined ? {} : { kid: key.kid }) };
  return new SignJWT(claims).setProtectedHeader({ ...base, ...header }).sign(key.privateKey);
}

/** An identity provider on loopback: a key set and a discovery document, and a count of who asked for them. */
export class IssuerServer {
  keys: readonly SigningKey[] = [];
  /** Cuts every connection without an answer. */
  down = false;
  /** Answers this instead of the key set. */
  answer: ((response: ServerResponse) => void) | undefined;
  /** What the discovery document adds or overrides. */
  discovery: object = {};
  /** Paths of metadata that there is nothing at. */
  missing: ReadonlySet<string> = new Set();
  /** The path of its issuer. */
  path = '';
  readonly asked = { keys: 0, discovery: 0 };
  readonly #server: Server;
  #url = '';

  private constructor() {
    this.#server = createServer((request, response) => this.#serve(request, response));
  }

  static async start(...keys: SigningKey[]): Promise<IssuerServer> {
    const issuer = new IssuerServer();
    issuer.keys = keys;
    await new Promise<void>((done) => issuer.#server.listen(0, '127.0.0.1', done));
    issuer.#url = `http://127.0.0.1:${(issuer.#server.address() as AddressInfo).port}`;
    return issuer;
  }

  get url(): string {
    return this.#url + this.path;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const isKeys = request.url === '/.well-known/jwks.json';
    this.asked[isKeys ? 'keys' : 'discovery'] += 1;
    if (this.down) request.socket.destroy();
    else if (this.missing.has(request.url ?? '')) response.writeHead(404).end();
    else if (isKeys && this.answer !== undefined) this.answer(response);
    else
      json(
        response,
        isKeys ? { keys: this.keys.map(({ jwk }) => jwk) } : { issuer: this.url, jwks_uri: `${this.#url}/.well-known/jwks.json`, ...this.discovery },
      );
  }
}

function json(response: ServerResponse, body: object): void {
  response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
}
