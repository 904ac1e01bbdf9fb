import { networkOf } from '../../domain/address.js';
import type { RandomBytes } from '../../domain/key-format.js';
import { sha256 } from '../../domain/presented.js';
import type { Bucket } from '../../domain/window.js';
import type { ClientRecord } from '../../store/clients.js';
import type { Store } from '../../store/store.js';
import { type ClientDocuments, isDocumentUrl } from './documents.js';
import { type ClientMetadata, type RegistrationFault, isFault, readRegistration } from './registration.js';

/** A program, as far as it is known. */
export interface Client {
  readonly id: string;
  readonly kind: ClientRecord['kind'];
  readonly metadata: ClientMetadata;
  readonly secretHash: string | null;
}

export interface Registered {
  readonly client: Client;
  /** Unix milliseconds. */
  readonly createdAt: number;
  /** Shown this once. */
  readonly secret: string | undefined;
}

export interface ClientsOptions {
  readonly store: Pick<Store, 'clients' | 'changes'>;
  readonly documents: ClientDocuments;
  /** How many may wait to be let in at once. @default 10,000 */
  readonly waiting?: number;
  /** Whether the operator has shut this program out, by its id or the host of its metadata document. */
  readonly blocked: (client: string) => boolean;
  readonly random: RandomBytes;
  readonly newId: () => string;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** How long a program waits for somebody to let it in. */
const WAIT_MS = 3_600_000;
const WAITING = 10_000;

/** How often programs may register from one address: far more often than people add servers, and too seldom to fill what waits. */
export function registrationBucket(address: string): Bucket {
  return { key: `register:${networkOf(address)}`, limit: 60, periodSeconds: 3600 };
}

/** How often programs may ask people from one address: each time something is kept for an hour, and perhaps looked up elsewhere. */
export function authorizationBucket(address: string): Bucket {
  return { key: `authorize:${networkOf(address)}`, limit: 1000, periodSeconds: 3600 };
}

/** The programs that people let in. */
export class Clients {
  readonly #options: ClientsOptions;

  constructor(options: ClientsOptions) {
    this.#options = options;
  }

  /**
   * undefined: there is none of this id, it waited too long, its document cannot be had, or it is blocked. Where it must be `let in` already,
   * nobody else's server is asked for a program that is not, and nothing that it signs is kept.
   */
  async find(id: string, where: 'let in' | 'anywhere' = 'anywhere'): Promise<Client | undefined> {
    const { store, documents, blocked, now } = this.#options;
    if (blocked(id)) return undefined;
    const record = await store.clients.find(id);
    if (isDocumentUrl(id)) {
      if (record === undefined && where === 'let in') return undefined;
      const metadata = await documents.read(id, record === undefined ? undefined : metadataOf(record));
      return metadata === undefined ? undefined : { id, kind: 'document', metadata, secretHash: null };
    }
    if (record === undefined || (record.expiresAt !== null && record.expiresAt <= now())) return undefined;
    const metadata = metadataOf(record);
    // What it signs is remembered, and its keys may be elsewhere.
    if (where === 'let in' && record.expiresAt !== null && metadata.token_endpoint_auth_method === 'private_key_jwt') return undefined;
    return { id, kind: record.kind, metadata, secretHash: record.secretHash };
  }

  /** RFC 7591, section 3.1. `full`: too many wait to be let in. */
  async register(input: unknown): Promise<Registered | RegistrationFault | 'full'> {
    const { store, waiting = WAITING, random, newId, now } = this.#options;
    const metadata = readRegistration(input);
    if (isFault(metadata)) return metadata;
    const secret = metadata.token_endpoint_auth_method.startsWith('client_secret') ? `ghc_${Buffer.from(random(32)).toString('base64url')}` : undefined;
    const createdAt = now();
    const client: Client = { id: newId(), kind: 'registered', metadata, secretHash: secret === undefined ? null : sha256(secret) };
    const outcome = await store.clients.register(recordOf(client, createdAt, createdAt + WAIT_MS), waiting);
    if (outcome === 'exists') throw new Error('A new client id was taken already');
    return outcome === 'full' ? 'full' : { client, createdAt, secret };
  }

  /** Somebody let it in: it stays. */
  keep(client: Client): Promise<void> {
    return this.#options.store.clients.keep(recordOf(client, this.#options.now(), null));
  }

  list(): Promise<readonly ClientRecord[]> {
    return this.#options.store.clients.list();
  }

  /** Ends all that it was granted, on every process. */
  async remove(id: string): Promise<'removed' | 'unknown'> {
    const { store, now } = this.#options;
    const outcome = await store.clients.remove(id, now());
    await store.changes.barrier([`client:${id}`]);
    return outcome;
  }
}

function recordOf({ id, kind, metadata, secretHash }: Client, createdAt: number, expiresAt: number | null): ClientRecord {
  return { id, kind, metadata: JSON.stringify(metadata), secretHash, createdAt, expiresAt };
}

function metadataOf(record: ClientRecord): ClientMetadata {
  return JSON.parse(record.metadata) as ClientMetadata;
}
