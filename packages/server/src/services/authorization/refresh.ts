import { covers } from '@gatehouse/contract';
import { sha256 } from '../../domain/presented.js';
import { successorOf } from '../../domain/token-format.js';
import type { Store } from '../../store/store.js';
import type { RefreshState } from '../../store/tokens.js';
import { type TokenAnswer, type TokenFault, faulty } from './answers.js';
import type { TokenIssuer } from './issue.js';

export interface RefreshOptions {
  readonly store: Pick<Store, 'tokens' | 'grants' | 'changes'>;
  readonly issuer: TokenIssuer;
  /** 32 bytes of which nobody else knows: successors derive from it. */
  readonly key: Uint8Array;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly log: (event: object) => void;
}

export interface RefreshRequest {
  readonly token: string;
  /** Who asks, authenticated. */
  readonly client: string;
  /** undefined: the same again. */
  readonly scopes: readonly string[] | undefined;
  /** The resource asked for, in its one spelling; undefined: the same again. */
  readonly audience: string | undefined;
  /** Our origin. */
  readonly from: string;
}

/** How long a token that was replaced is answered with its successor still: parallel refreshes, and answers that were lost. */
const REPLAY_MS = 30_000;

const UNKNOWN = 'The refresh token is not valid.';

/** A refresh token of a grant, with how it stands. */
interface Link {
  readonly value: string;
  readonly state: RefreshState;
}

/**
 * The refresh grant (RFC 6749, section 6) with rotation (RFC 9700, section 4.14.2). The successor derives from the token, so that all who
 * refresh with the same one get the same one, in whichever process. One that comes late ends its grant, and no other of the same program.
 */
export class RefreshGrant {
  readonly #options: RefreshOptions;

  constructor(options: RefreshOptions) {
    this.#options = options;
  }

  async refresh(request: RefreshRequest): Promise<TokenAnswer | TokenFault> {
    const { store, now } = this.#options;
    const state = await store.tokens.findRefresh(sha256(request.token));
    // Whatever the request gets wrong is found before anything changes.
    const fault = this.#faultIn(request, state);
    if (fault !== undefined || state === undefined) return fault ?? faulty('invalid_grant', UNKNOWN, 'unknown');
    if (state.replacedBy !== null && state.goodUntil <= now()) {
      await this.#endReplayed(state);
      return faulty('invalid_grant', UNKNOWN, 'replayed');
    }
    return this.#rotate(request, await this.#newest({ value: request.token, state }));
  }

  /** The one whose successor is still to be used, which may be another by now: nobody is given a token that would end the grant when it comes. */
  async #newest(known: Link): Promise<Link> {
    const { store, key } = this.#options;
    for (let link = known; ; ) {
      const value = successorOf(link.value, key);
      const state = link.state.replacedBy === null ? undefined : await store.tokens.findRefresh(sha256(value));
      if (state === undefined || state.replacedBy === null) return link;
      link = { value, state };
    }
  }

  #faultIn({ client, scopes, audience }: RefreshRequest, state: RefreshState | undefined): TokenFault | undefined {
    if (state === undefined) return faulty('invalid_grant', UNKNOWN, 'unknown');
    const { token, grant, role, replacedBy } = state;
    if (token.client !== client) return faulty('invalid_grant', UNKNOWN, 'of another client');
    if (grant.revokedAt !== null) return faulty('invalid_grant', UNKNOWN, 'revoked');
    if (replacedBy === null && token.expiresAt <= this.#options.now()) return faulty('invalid_grant', UNKNOWN, 'expired');
    if (role === null) return faulty('invalid_grant', UNKNOWN, 'no_membership');
    if (audience !== undefined && audience !== token.audience) return faulty('invalid_target', 'The token is for another resource.', 'resource');
    const wider = scopes?.filter((scope) => !covers(token.scopes, scope)) ?? [];
    return wider.length === 0 ? undefined : faulty('invalid_scope', `The token does not hold ${wider.join(' ')}: ask the person for it anew.`, 'scope');
  }

  async #rotate({ scopes, from }: RefreshRequest, { value, state: { token, grant } }: Link): Promise<TokenAnswer | TokenFault> {
    const { store, issuer, key, now } = this.#options;
    const next = successorOf(value, key);
    const outcome = await store.tokens.replaceRefresh(token.hash, issuer.refreshRecord(next, token), now() + REPLAY_MS);
    if (outcome === 'ended') return faulty('invalid_grant', UNKNOWN, 'revoked');
    const held = (scopes ?? token.scopes).filter((scope) => covers(grant.scopes, scope));
    const { tenant, user, id } = grant;
    const { client, audience } = token;
    const access = await issuer.access({ tenant, client, grant: id, key: null, subject: user, scopes: held, issuer: from, audience });
    return { access_token: access, token_type: 'Bearer', expires_in: issuer.accessSeconds, scope: held.join(' '), refresh_token: next };
  }

  async #endReplayed({ grant: { id, user, client } }: RefreshState): Promise<void> {
    const { store, now, log } = this.#options;
    await store.grants.revoke(user, id, now());
    await store.changes.barrier([`grant:${id}`]);
    log({ event: 'refresh_token_replayed', grant: id, client, user });
  }
}
