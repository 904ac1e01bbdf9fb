import type { Adapter, AdapterPayload } from 'oidc-provider';
import { resourceOf } from '../../domain/authorization.js';
import { sha256 } from '../../domain/presented.js';
import type { Client, Clients } from '../../services/authorization/clients.js';
import type { Store } from '../../store/store.js';
import type { AccessTokenRecord } from '../../store/tokens.js';
import { currentCall } from './calls.js';

export interface AdapterOptions {
  readonly store: Pick<Store, 'artifacts' | 'grants' | 'tokens' | 'changes'>;
  readonly clients: Clients;
  readonly issuer: string;
  /** Unix milliseconds, by our clock. */
  readonly now: () => number;
  /** Unix milliseconds, by the machine's: the library knows no other. */
  readonly machineNow: () => number;
  readonly log: (event: object) => void;
}

/** What is consumed a second time. The library answers it as it is. */
type Refusing = new (options?: string) => Error;

/** A code that was redeemed, and an assertion by which a program has authenticated already. */
type Refusals = Readonly<Record<'InvalidGrant' | 'InvalidClientAuth', Refusing>>;

/**
 * Where the library keeps things. Each model has its place: clients, grants and tokens are our own records, codes and interactions are
 * artifacts, and its session is nowhere, for ours is the only one.
 */
export function adapters(options: AdapterOptions, { InvalidGrant, InvalidClientAuth }: Refusals): (model: string) => Adapter {
  const models: Readonly<Record<string, () => Adapter>> = {
    Client: () => new ClientAdapter(options.clients),
    Grant: () => new GrantAdapter(options),
    Session: () => new NoAdapter(),
    AccessToken: () => new TokenAdapter('AccessToken', options),
    RefreshToken: () => new TokenAdapter('RefreshToken', options),
    ReplayDetection: () => new OnceAdapter('ReplayDetection', options, InvalidClientAuth),
  };
  return (model) => models[model]?.() ?? new ArtifactAdapter(model, options, InvalidGrant);
}

/** Keeps nothing and finds nothing. */
class NoAdapter implements Adapter {
  async find(_id: string): Promise<AdapterPayload | undefined> {
    return undefined;
  }
  async findByUid(): Promise<undefined> {}
  async findByUserCode(): Promise<undefined> {}
  async upsert(_id: string, _payload: AdapterPayload, _expiresIn?: number): Promise<void> {}
  async consume(_id: string): Promise<void> {}
  async destroy(_id: string): Promise<void> {}
  async revokeByGrantId(_grant: string): Promise<void> {}
}

class ClientAdapter extends NoAdapter {
  readonly #clients: Clients;

  constructor(clients: Clients) {
    super();
    this.#clients = clients;
  }

  override async find(id: string): Promise<AdapterPayload | undefined> {
    const client = await this.#clients.find(id, currentCall().letIn === true ? 'let in' : 'anywhere');
    return client === undefined ? undefined : payloadOf(client);
  }
}

/** Programs of every kind are native to the library: the one kind whose loopback redirects match on any port. What may be registered is our own rule. */
function payloadOf({ id, metadata, secretHash }: Client): AdapterPayload {
  const { client_name: _name, client_uri: _uri, ...spoken } = metadata;
  return {
    ...spoken,
    application_type: 'native',
    client_id: id,
    // Compared with the hash of what is presented.
    ...(secretHash === null ? {} : { client_secret: secretHash }),
  } as AdapterPayload;
}

/** A person's consent, as the library sees it. It is made at the consent page, and nowhere else. */
class GrantAdapter extends NoAdapter {
  readonly #options: AdapterOptions;

  constructor(options: AdapterOptions) {
    super();
    this.#options = options;
  }

  override async find(id: string): Promise<AdapterPayload | undefined> {
    const call = currentCall();
    const grant = call.grant?.id === id ? call.grant : await this.#options.store.grants.find(id);
    if (grant === undefined || grant.revokedAt !== null) return undefined;
    call.grant = grant;
    const { user, client, scopes } = grant;
    const at = Math.floor(this.#options.machineNow() / 1000);
    const resources = { [resourceOf(this.#options.issuer)]: scopes.join(' ') };
    return { jti: id, kind: 'Grant', accountId: user, clientId: client, resources, iat: at, exp: at + 3600 } as AdapterPayload;
  }

  /** What a code that comes twice leads to (RFC 6749, section 4.1.2). */
  override async destroy(id: string): Promise<void> {
    await endReplayed(this.#options, id);
  }
}

/**
 * Access and refresh tokens, for revocation and introspection. They are asked for by their hash, so that the library never sees one; made they
 * are by our own issuer.
 */
class TokenAdapter extends NoAdapter {
  readonly #kind: 'AccessToken' | 'RefreshToken';
  readonly #options: AdapterOptions;

  constructor(kind: 'AccessToken' | 'RefreshToken', options: AdapterOptions) {
    super();
    this.#kind = kind;
    this.#options = options;
  }

  override async find(hash: string): Promise<AdapterPayload | undefined> {
    const found = this.#kind === 'AccessToken' ? await this.#access(hash) : await this.#refresh(hash);
    if (found === undefined) return undefined;
    const { token, user, replaced } = found;
    currentCall().client = token.client;
    const aside = this.#options.machineNow() - this.#options.now();
    const seconds = (at: number): number => Math.floor((at + aside) / 1000);
    return {
      ...{ jti: hash, kind: this.#kind, clientId: token.client, scope: token.scopes.join(' '), aud: token.audience },
      ...{ iat: seconds(token.createdAt), exp: seconds(token.expiresAt) },
      ...(user === null ? {} : { accountId: user }),
      ...(replaced ? { consumed: true } : {}),
    };
  }

  /** A refresh token ends its grant as well. */
  override async destroy(hash: string): Promise<void> {
    const { store, now } = this.#options;
    const ended = await store.tokens.revoke(hash, currentCall().client ?? '', now());
    if (ended === 'unknown') return;
    const { grant, key } = ended;
    await store.changes.barrier([...(grant === null ? [] : [`grant:${grant}` as const]), ...(key === null ? [] : [`key:${key}` as const])]);
  }

  async #access(hash: string): Promise<Found | undefined> {
    const found = await this.#options.store.tokens.findByHash(hash);
    if (found === undefined) return undefined;
    const { token, grant, key, role } = found;
    const user = grant?.user ?? key?.user ?? null;
    const ended = [found.revokedAt, grant?.revokedAt, key?.revokedAt].some((at) => typeof at === 'number');
    return ended || (user !== null && role === null) ? undefined : { token, user, replaced: false };
  }

  async #refresh(hash: string): Promise<Found | undefined> {
    const found = await this.#options.store.tokens.findRefresh(hash);
    if (found === undefined || found.grant.revokedAt !== null || found.role === null) return undefined;
    return { token: found.token, user: found.grant.user, replaced: found.replacedBy !== null };
  }
}

interface Found {
  readonly token: Pick<AccessTokenRecord, 'client' | 'scopes' | 'audience' | 'createdAt' | 'expiresAt'>;
  readonly user: string | null;
  readonly replaced: boolean;
}

/** Codes and interactions. The id is a secret: it is stored as its hash, and nowhere in the payload. */
class ArtifactAdapter extends NoAdapter {
  readonly #kind: string;
  readonly #options: AdapterOptions;
  readonly #Refused: Refusing;

  constructor(kind: string, options: AdapterOptions, Refused: Refusing) {
    super();
    this.#kind = kind;
    this.#options = options;
    this.#Refused = Refused;
  }

  override async upsert(id: string, payload: AdapterPayload, expiresIn = 0): Promise<void> {
    const { jti: _id, iat: _iat, exp: _exp, returnTo: _path, ...kept } = payload;
    const { store, now } = this.#options;
    await store.artifacts.put({
      kind: this.#kind,
      hash: sha256(id),
      payload: JSON.stringify(kept),
      handle: null,
      grant: payload.grantId ?? null,
      expiresAt: now() + expiresIn * 1000,
      consumedAt: null,
    });
  }

  override async find(id: string): Promise<AdapterPayload | undefined> {
    const { store, now, machineNow } = this.#options;
    const found = await store.artifacts.find(this.#kind, sha256(id));
    if (found === undefined) return undefined;
    // Two clocks: how long it is good is ours to say, and told in the library's.
    const consumed = found.consumedAt !== null;
    const left = consumed ? 60_000 : found.expiresAt - now();
    if (left <= 0) return undefined;
    const at = Math.floor(machineNow() / 1000);
    const stored = JSON.parse(found.payload) as AdapterPayload;
    return { ...stored, jti: id, iat: at, exp: at + Math.ceil(left / 1000), ...(consumed ? { consumed: at } : {}) };
  }

  /** Of all who redeem one at once, one is let through; whoever comes second ends what the first was given (RFC 6749, section 4.1.2). */
  override async consume(id: string): Promise<void> {
    const { store, now } = this.#options;
    const hash = sha256(id);
    if ((await store.artifacts.consume(this.#kind, hash, now())) === 'first') return;
    const grant = (await store.artifacts.find(this.#kind, hash))?.grant ?? null;
    if (grant !== null) await endReplayed(this.#options, grant);
    throw new this.#Refused('already consumed');
  }

  override async destroy(id: string): Promise<void> {
    await this.#options.store.artifacts.remove(this.#kind, sha256(id));
  }
}

/** What may be shown once: the library looks first and stores then, so the storing itself has to refuse. */
class OnceAdapter extends ArtifactAdapter {
  override async upsert(id: string, payload: AdapterPayload, expiresIn = 0): Promise<void> {
    await super.upsert(id, payload, expiresIn);
    await this.consume(id);
  }
}

async function endReplayed({ store, now, log }: AdapterOptions, id: string): Promise<void> {
  const grant = await store.grants.find(id);
  if (grant === undefined) return;
  await store.grants.revoke(grant.user, id, now());
  await store.changes.barrier([`grant:${id}`]);
  log({ event: 'authorization_code_replayed', grant: id, client: grant.client, user: grant.user });
}
