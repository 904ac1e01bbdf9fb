import type { RandomBytes } from '../../domain/key-format.js';
import { sha256 } from '../../domain/presented.js';
import { newAccessToken, newRefreshToken } from '../../domain/token-format.js';
import type { Store } from '../../store/store.js';
import type { RefreshTokenRecord } from '../../store/tokens.js';
import type { SigningKeys } from './signing-keys.js';

export interface IssueOptions {
  readonly store: Pick<Store, 'tokens'>;
  readonly format: 'opaque' | 'jwt';
  readonly keys: Pick<SigningKeys, 'sign'>;
  /** How long an access token is good. */
  readonly accessSeconds: number;
  /** How long a refresh token is, unless it is used. */
  readonly refreshMs: number;
  readonly random: RandomBytes;
  readonly newId: () => string;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** What an access token is to be. */
export interface AccessRequest {
  readonly tenant: string;
  readonly client: string;
  /** One of the two. */
  readonly grant: string | null;
  readonly key: string | null;
  /** Who it acts for: the user, or the client itself. */
  readonly subject: string;
  readonly scopes: readonly string[];
  readonly issuer: string;
  /** The resource that it is for. */
  readonly audience: string;
}

/** Makes tokens. What is handed out is nowhere kept: the store knows its hash. */
export class TokenIssuer {
  readonly #options: IssueOptions;

  constructor(options: IssueOptions) {
    this.#options = options;
  }

  get accessSeconds(): number {
    return this.#options.accessSeconds;
  }

  async access({ tenant, client, grant, key, subject, scopes, issuer, audience }: AccessRequest): Promise<string> {
    const { store, format, keys, accessSeconds, random, newId, now } = this.#options;
    const createdAt = now();
    const expiresAt = createdAt + accessSeconds * 1000;
    const id = newId();
    const issuedAt = Math.floor(createdAt / 1000);
    const value =
      format === 'opaque'
        ? newAccessToken(random)
        : // RFC 9068, section 2.2
          await keys.sign({
            iss: issuer,
            sub: subject,
            aud: audience,
            client_id: client,
            scope: scopes.join(' '),
            jti: id,
            iat: issuedAt,
            exp: issuedAt + accessSeconds,
          });
    await store.tokens.createAccess({ hash: sha256(value), id, tenant, client, grant, key, scopes, audience, createdAt, expiresAt });
    return value;
  }

  /** The first refresh token of a grant. */
  async refresh(of: { readonly client: string; readonly grant: string; readonly scopes: readonly string[]; readonly audience: string }): Promise<string> {
    const value = newRefreshToken(this.#options.random);
    await this.#options.store.tokens.createRefresh(this.refreshRecord(value, of));
    return value;
  }

  refreshRecord(value: string, { client, grant, scopes, audience }: Pick<RefreshTokenRecord, 'client' | 'grant' | 'scopes' | 'audience'>): RefreshTokenRecord {
    const createdAt = this.#options.now();
    return { hash: sha256(value), grant, client, scopes, audience, createdAt, expiresAt: createdAt + this.#options.refreshMs };
  }
}
