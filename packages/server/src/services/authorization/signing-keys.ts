import { generateKeyPairSync } from 'node:crypto';
import { type JWK, type JWTPayload, SignJWT, calculateJwkThumbprint, importJWK } from 'jose';
import type { Seal } from '../../domain/seal.js';
import type { SigningKeyRecord, SigningKeyStore } from '../../store/signing-keys.js';

export const SIGNING_ALGORITHM = 'ES256';

export interface SigningKeysOptions {
  readonly store: SigningKeyStore;
  /** Private keys are sealed with it, each bound to its id. */
  readonly seal: Seal;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** How long what is signed is good. */
  readonly tokenMs: number;
}

interface Signing {
  readonly id: string;
  readonly key: Awaited<ReturnType<typeof importJWK>>;
}

/** For so long one process may not have noticed what another has done. */
const NOTICED_MS = 60_000;
/** A key is published for so long before it signs: whoever checks tokens, and what caches for them, has read it by then. */
const AHEAD_MS = 120_000;

/** The key pairs that access tokens are signed with, where they are JWTs (RFC 9068). */
export class SigningKeys {
  readonly #options: SigningKeysOptions;
  #signing: Promise<Signing> | undefined;
  #readAt = 0;

  constructor(options: SigningKeysOptions) {
    this.#options = options;
  }

  /** A JWS in compact form, of the type `at+jwt`. */
  async sign(claims: JWTPayload): Promise<string> {
    const { id, key } = await this.#current();
    return new SignJWT(claims).setProtectedHeader({ alg: SIGNING_ALGORITHM, typ: 'at+jwt', kid: id }).sign(key);
  }

  /** The JWK Set (RFC 7517): the newest, and those that may have signed what is good still. */
  async published(): Promise<{ readonly keys: readonly JWK[] }> {
    await this.#current();
    const { store, now } = this.#options;
    const shown = (await store.list()).filter(({ retiredAt }) => retiredAt === null || retiredAt + this.#lastingMs > now());
    return { keys: shown.map(({ publicKey }) => JSON.parse(publicKey) as JWK) };
  }

  list(): Promise<readonly SigningKeyRecord[]> {
    return this.#options.store.list();
  }

  /** A new key is published from now on, and signs soon; the old ones are published until what they signed has expired. */
  async rotate(): Promise<SigningKeyRecord> {
    const { store, now } = this.#options;
    const made = await this.#make();
    await store.add(made, 'always');
    await store.forget(now() - this.#lastingMs);
    this.#signing = undefined;
    return made;
  }

  get #lastingMs(): number {
    return this.#options.tokenMs + AHEAD_MS + NOTICED_MS;
  }

  #current(): Promise<Signing> {
    const at = this.#options.now();
    if (this.#signing === undefined || at - this.#readAt >= NOTICED_MS) {
      this.#readAt = at;
      const reading = this.#read();
      this.#signing = reading;
      reading.catch(() => {
        if (this.#signing === reading) this.#signing = undefined;
      });
    }
    return this.#signing;
  }

  async #read(): Promise<Signing> {
    const { store, seal } = this.#options;
    let record = await this.#known();
    if (record === undefined) {
      // Of several processes that do so at once, one makes the first.
      await store.add(await this.#make(), 'if none');
      record = await this.#known();
    }
    const opened = record === undefined ? undefined : seal.open(record.sealed, record.id);
    if (record === undefined || opened === undefined) throw new Error('The key that tokens are signed with cannot be opened with this root secret');
    return { id: record.id, key: await importJWK(JSON.parse(opened) as JWK, SIGNING_ALGORITHM) };
  }

  /** The newest that has been published for long enough; where none has, the oldest. */
  async #known(): Promise<SigningKeyRecord | undefined> {
    const { store, now } = this.#options;
    const keys = await store.list();
    return keys.find(({ createdAt }) => createdAt + AHEAD_MS <= now()) ?? keys.at(-1);
  }

  async #make(): Promise<SigningKeyRecord> {
    const { seal, now } = this.#options;
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const shown = publicKey.export({ format: 'jwk' });
    const id = await calculateJwkThumbprint(shown as JWK);
    return {
      id,
      algorithm: SIGNING_ALGORITHM,
      publicKey: JSON.stringify({ ...shown, kid: id, use: 'sig', alg: SIGNING_ALGORITHM }),
      sealed: seal.close(JSON.stringify(privateKey.export({ format: 'jwk' })), id),
      createdAt: now(),
      retiredAt: null,
    };
  }
}
