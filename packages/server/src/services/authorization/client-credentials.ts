import { covers } from '@gatehouse/contract';
import { sha256 } from '../../domain/presented.js';
import type { KeyGrant } from '../../domain/records.js';
import type { KeyStore } from '../../store/store.js';
import { keyFault } from '../key-resolver.js';
import { type TokenAnswer, type TokenFault, faulty } from './answers.js';
import type { TokenIssuer } from './issue.js';

export interface KeyClientsOptions {
  readonly keys: Pick<KeyStore, 'findByHash'>;
  readonly issuer: TokenIssuer;
  /** Every scope that tokens can hold. */
  readonly scopes: readonly string[];
  /** Unix milliseconds. */
  readonly now: () => number;
}

export interface KeyTrade {
  readonly grant: KeyGrant;
  readonly scopes: readonly string[] | undefined;
  readonly audience: string;
  /** Our origin. */
  readonly from: string;
}

/** API keys as clients (RFC 6749, section 4.4): the key's id is `client_id`, the raw key is `client_secret`. */
export class KeyClients {
  readonly #options: KeyClientsOptions;

  constructor(options: KeyClientsOptions) {
    this.#options = options;
  }

  /** An unknown id and a wrong secret are alike, in what is answered and in what is done: one look-up by hash. */
  async authenticate(id: string, secret: string): Promise<KeyGrant | TokenFault> {
    const { keys, now } = this.#options;
    const grant = await keys.findByHash(sha256(secret));
    const reason = grant === undefined || grant.key.id !== id ? 'unknown' : keyFault(grant, now());
    return grant === undefined || reason !== undefined ? faulty('invalid_client', 'The client id or its secret is not valid.', reason ?? 'unknown') : grant;
  }

  /** An access token under the key: within its scopes, and at an end with it. */
  async trade({ grant: { key }, scopes, audience, from }: KeyTrade): Promise<TokenAnswer | TokenFault> {
    const { issuer, scopes: all } = this.#options;
    const wider = scopes?.filter((scope) => !all.includes(scope) || !covers(key.scopes, scope)) ?? [];
    if (wider.length > 0) return faulty('invalid_scope', `The key does not hold ${wider.join(' ')}.`, 'scope');
    const held = scopes ?? all.filter((scope) => covers(key.scopes, scope));
    const { id, tenant, user } = key;
    const access = await issuer.access({ tenant, client: id, grant: null, key: id, subject: user ?? id, scopes: held, issuer: from, audience });
    return { access_token: access, token_type: 'Bearer', expires_in: issuer.accessSeconds, scope: held.join(' ') };
  }
}
