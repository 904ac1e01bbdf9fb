import { FULL_ACCESS, Refusal, refuse, refuseField } from '@gatehouse/contract';
import { type HashFormat, type KeyFormat, type RandomBytes, displayPrefix, importedPrefix, newRawKey, normaliseHash } from '../domain/key-format.js';
import { sha256 } from '../domain/presented.js';
import type { KeyRecord } from '../domain/records.js';
import type { Store } from '../store/store.js';
import type { KeyView, MintedKey } from './access.js';
import type { LastUsed } from './last-used.js';

export interface KeyRules extends KeyFormat {
  readonly whenNoScopes: 'none' | 'full';
  readonly newId: () => string;
  /** Every scope of the platform. */
  readonly scopes: readonly string[];
}

export interface MintRequest {
  readonly tenant: string;
  /** null: the key belongs to the tenant alone. */
  readonly user: string | null;
  readonly name: string;
  readonly scopes?: readonly string[] | undefined;
  /** Unix milliseconds. */
  readonly expiresAt?: number | null | undefined;
  /** `cli`, `import`, or `<credential kind>:<credential id>`. */
  readonly createdBy: string;
}

export interface ImportRequest extends MintRequest {
  readonly hash: string;
  readonly format: HashFormat;
}

const NAME_LENGTH = 200;
const OVERLAP_LIMIT_SECONDS = 90 * 86_400;

/** The life of API keys: minted once, stored as a hash, revocable now. Every change settles after the barrier. */
export class KeyService {
  readonly #store: Store;
  readonly #rules: KeyRules;
  readonly #lastUsed: LastUsed;
  readonly #random: RandomBytes;
  readonly #now: () => number;

  constructor(options: {
    readonly store: Store;
    readonly rules: KeyRules;
    readonly lastUsed: LastUsed;
    readonly random: RandomBytes;
    readonly now: () => number;
  }) {
    this.#store = options.store;
    this.#rules = options.rules;
    this.#lastUsed = options.lastUsed;
    this.#random = options.random;
    this.#now = options.now;
  }

  /** Every scope of the platform. */
  get declared(): readonly string[] {
    return this.#rules.scopes;
  }

  /** What a key is given when it is made with `asked`: no scopes at all mean what the platform says, once and here. */
  scopesFor(asked: readonly string[] = []): readonly string[] {
    const scopes = [...new Set(asked)];
    return scopes.length === 0 && this.#rules.whenNoScopes === 'full' ? [FULL_ACCESS] : scopes;
  }

  async list(tenant: string, user?: string): Promise<readonly KeyView[]> {
    const keys = await this.#store.keys.list(tenant, user === undefined ? {} : { user });
    return keys.map((key) => this.#view(key));
  }

  async listAll(): Promise<readonly KeyView[]> {
    return (await this.#store.keys.listAll()).map((key) => this.#view(key));
  }

  async get(tenant: string, id: string): Promise<KeyView | Refusal> {
    const key = await this.#store.keys.find(tenant, id);
    return key === undefined || key.revokedAt !== null ? unknownKey() : this.#view(key);
  }

  /** @param most that its owner may have; absent: the operator makes it */
  async mint(request: MintRequest, most?: number): Promise<MintedKey | Refusal> {
    const raw = newRawKey(this.#rules, this.#random);
    const record = this.#record(request, sha256(raw), displayPrefix(this.#rules, raw));
    if (record instanceof Refusal) return record;
    const key = await this.#create(record, most);
    return key instanceof Refusal ? key : { key, raw };
  }

  /** @param most as in `mint` */
  async import({ hash, format, ...request }: ImportRequest, most?: number): Promise<KeyView | Refusal> {
    const normal = normaliseHash(hash, format);
    if (normal === undefined) return refuseField('hash', `must be a SHA-256 (32 bytes) in ${format}`);
    const record = this.#record(request, normal, importedPrefix(this.#rules, normal));
    return record instanceof Refusal ? record : this.#create(record, most);
  }

  /** Unknown, foreign and already revoked keys are alike: not found. */
  async revoke(tenant: string, id: string): Promise<undefined | Refusal> {
    const outcome = await this.#store.keys.revoke(tenant, id, this.#now());
    // A revocation that was stored, but not confirmed by every process, is asked for again: it too ends behind the barrier.
    if (outcome === 'unknown' && (await this.#store.keys.find(tenant, id)) === undefined) return unknownKey();
    await this.#store.changes.barrier([`key:${id}`]);
    return outcome === 'unknown' ? unknownKey() : undefined;
  }

  async setDisabled(tenant: string, id: string, disabled: boolean): Promise<KeyView | Refusal> {
    if ((await this.#store.keys.setDisabled(tenant, id, disabled ? this.#now() : null)) === 'unknown') return unknownKey();
    await this.#store.changes.barrier([`key:${id}`]);
    return this.get(tenant, id);
  }

  /** A successor with the same owner, name, scopes and expiry; the old key goes on for `overlapSeconds`. @param most as in `mint` */
  async rotate(tenant: string, id: string, overlapSeconds: number, createdBy: string, most?: number): Promise<MintedKey | Refusal> {
    if (!(overlapSeconds >= 0 && overlapSeconds <= OVERLAP_LIMIT_SECONDS)) return refuseField('overlap_seconds', 'must be between 0 and 7776000 (90 days)');
    const old = await this.#store.keys.find(tenant, id);
    const now = this.#now();
    if (old === undefined || old.revokedAt !== null) return unknownKey();
    if (old.rotatedTo !== null) return refuse('conflict', 'This key has been rotated already.', { next: 'Rotate its successor instead.' });
    if (old.expiresAt !== null && old.expiresAt <= now) return refuse('conflict', 'This key has expired.', { next: 'Create a new one.' });
    const raw = newRawKey(this.#rules, this.#random);
    const next: KeyRecord = {
      ...old,
      id: this.#rules.newId(),
      hash: sha256(raw),
      prefix: displayPrefix(this.#rules, raw),
      createdAt: now,
      createdBy,
      lastUsedAt: null,
      rotatedTo: null,
    };
    const outcome = await this.#store.keys.rotate(tenant, id, next, now, now + overlapSeconds * 1000, most);
    if (outcome === 'unknown') return unknownKey();
    if (outcome === 'full') return noRoom(most, 'Rotate it without an overlap, or revoke keys that nobody uses.');
    await this.#store.changes.barrier([`key:${id}`]);
    return { key: view(next), raw };
  }

  async #create(record: KeyRecord, most: number | undefined): Promise<KeyView | Refusal> {
    const outcome = await this.#store.keys.create(record.tenant, record, most);
    if (outcome === 'full') return noRoom(most, 'Revoke keys that nobody uses, or ask for a larger plan.');
    return outcome === 'created' ? view(record) : refuse('conflict', 'A key with this id or hash exists already.');
  }

  #view(key: KeyRecord): KeyView {
    return view(this.#lastUsed.shown(key));
  }

  #record(request: MintRequest, hash: string, prefix: string): KeyRecord | Refusal {
    const now = this.#now();
    const label = labelOf(request.name, request.expiresAt ?? null, now);
    if (label instanceof Refusal) return label;
    const scopes = this.scopesFor(request.scopes);
    const unknown = scopes.filter((scope) => scope !== FULL_ACCESS && !this.#rules.scopes.includes(scope));
    if (unknown.length > 0) return refuseField('scopes', `unknown: ${unknown.join(', ')}; there are ${this.#rules.scopes.join(', ')}`);
    return {
      id: this.#rules.newId(),
      tenant: request.tenant,
      user: request.user,
      ...label,
      hash,
      prefix,
      scopes,
      createdAt: now,
      createdBy: request.createdBy,
      lastUsedAt: null,
      disabledAt: null,
      revokedAt: null,
      rotatedTo: null,
    };
  }
}

/** What people give any kind of key: what it is called, and when it ends, in Unix milliseconds. */
export function labelOf(given: string, expiresAt: number | null, now: number): Pick<KeyRecord, 'name' | 'expiresAt'> | Refusal {
  const name = given.trim();
  if (name === '') return refuseField('name', 'must not be blank');
  if (name.length > NAME_LENGTH) return refuseField('name', `must be at most ${NAME_LENGTH} characters`);
  return expiresAt === null || expiresAt > now ? { name, expiresAt } : refuseField('expires_at', 'must be in the future');
}

function view({ hash: _hash, ...shown }: KeyRecord): KeyView {
  return shown;
}

function noRoom(most: number | undefined, next: string): Refusal {
  return refuse('plan_limit', `The plan allows one owner ${most} API keys here, and no more.`, { next });
}

function unknownKey(): Refusal {
  return refuse('not_found', 'There is no such key.');
}
