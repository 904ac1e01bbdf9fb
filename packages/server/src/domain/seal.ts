import { createCipheriv, createDecipheriv } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const NONCE = 12;
const TAG = 16;

/**
 * Text that travels through somebody else's hands: nobody else can read it, change it or make it (AES-256-GCM). `about` is what it
 * is bound to: with anything else it cannot be opened.
 */
export class Seal {
  readonly #key: Uint8Array;
  readonly #random: (bytes: number) => Uint8Array;

  /** @param key 32 bytes */
  constructor(key: Uint8Array, random: (bytes: number) => Uint8Array) {
    this.#key = key;
    this.#random = random;
  }

  /** base64url (RFC 4648, section 5), never twice the same. */
  close(text: string, about: string): string {
    const nonce = this.#random(NONCE);
    const cipher = createCipheriv(CIPHER, this.#key, nonce);
    cipher.setAAD(Buffer.from(about));
    return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url');
  }

  /** undefined: not ours, not about this, or changed on its way. */
  open(sealed: string, about: string): string | undefined {
    const bytes = Buffer.from(sealed, 'base64url');
    // What is read leniently has many spellings, and ours has one.
    if (bytes.length < NONCE + TAG || bytes.toString('base64url') !== sealed) return undefined;
    const decipher = createDecipheriv(CIPHER, this.#key, bytes.subarray(0, NONCE), { authTagLength: TAG });
    decipher.setAAD(Buffer.from(about));
    decipher.setAuthTag(bytes.subarray(bytes.length - TAG));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(NONCE, bytes.length - TAG)), decipher.final()]).toString('utf8');
    } catch {
      return undefined;
    }
  }
}
