import { type KeyObject, generateKeyPairSync, sign } from 'node:crypto';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ClerkClaims {
  readonly sub: string;
  readonly [claim: string]: unknown;
}

const KID = 'test-key';

/** A stand-in for a Clerk instance on loopback: it serves its keys and signs session tokens. Close it. */
export class ClerkStandIn {
  /** Answers nothing any more, as in an outage. */
  down = false;
  readonly #server: Server;
  readonly #privateKey: KeyObject;

  private constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    this.#privateKey = privateKey;
    const keys = JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: KID, alg: 'RS256', use: 'sig' }] });
    this.#server = createServer((request, response) => {
      if (this.down) request.socket.destroy();
      else response.setHeader('content-type', 'application/json').end(keys);
    });
  }

  static async start(): Promise<ClerkStandIn> {
    const clerk = new ClerkStandIn();
    await new Promise<void>((done) => clerk.#server.listen(0, '127.0.0.1', done));
    return clerk;
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** A session token, good for a minute from `now` (Unix milliseconds) unless the claims say otherwise. */
  token(now: number, claims: ClerkClaims): string {
    const iat = Math.floor(now / 1000);
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const input = `${part({ alg: 'RS256', typ: 'JWT', kid: KID })}.${part({ iss: this.issuer, iat, nbf: iat, exp: iat + 60, ...claims })}`;
    return `${input}.${sign('sha256', Buffer.from(input), this.#privateKey).toString('base64url')}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }
}
