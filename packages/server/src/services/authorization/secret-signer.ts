import { type JWTPayload, SignJWT } from 'jose';

/** Signs access tokens with a secret (HS256, RFC 7518, section 3.2), where a platform documents that. They are looked up by their hash all the same. */
export class SecretSigner {
  readonly #secret: Uint8Array;

  /** @param secret 32 bytes */
  constructor(secret: Uint8Array) {
    this.#secret = secret;
  }

  sign(claims: JWTPayload): Promise<string> {
    return new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' }).sign(this.#secret);
  }
}
