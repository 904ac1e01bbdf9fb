import { Refusal } from '@gatehouse/contract';
import { sha256 } from '../../domain/presented.js';
import type { SignedIn, Visitor } from '../../domain/sign-in.js';
import type { Store } from '../../store/store.js';
import type { Accounts } from '../identity/accounts.js';
import type { Identity } from '../identity/provider.js';
import type { SessionService } from '../sessions.js';
import type { UserService } from '../users.js';

export interface ArrivalsOptions {
  readonly store: Pick<Store, 'users' | 'tenants'>;
  readonly users: UserService;
  readonly accounts: Accounts;
  readonly sessions: SessionService;
  readonly newcomers: 'welcome' | 'refused';
  readonly log: (event: object) => void;
}

/** Who has shown who they are gets a session, and what the browser had before ends (session fixation). */
export interface Arrival {
  readonly visitor: Visitor;
  readonly next: string | null;
  /** SHA-256 of further tokens that the browser had when it set out. */
  readonly former?: readonly string[];
}

export class Arrivals {
  readonly #options: ArrivalsOptions;

  constructor(options: ArrivalsOptions) {
    this.#options = options;
  }

  /** Whether somebody with this e-mail may come in. */
  async expects(email: string): Promise<boolean> {
    return this.#options.newcomers === 'welcome' || (await this.#options.store.users.findByEmail(email)) !== undefined;
  }

  /** Whoever has read a link that was sent to this address has verified it. */
  async byEmail(email: string, arrival: Arrival): Promise<SignedIn> {
    const { store, users } = this.#options;
    const { next } = arrival;
    if (!(await this.expects(email))) return refused('newcomer', next);
    const user = await users.findOrCreate(email);
    // An address that its user has not verified may be somebody else's.
    if (user instanceof Refusal || !user.emailVerified) return refused('no_place', next);
    const member = await store.tenants.member(user.homeTenant, user.id);
    return member === undefined ? refused('no_place', next) : this.#begin({ user: user.id, tenant: user.homeTenant }, 'link', arrival);
  }

  /** @param issuedAt Unix milliseconds: when the provider vouched for the identity */
  async byIdentity(issuer: string, identity: Identity, issuedAt: number, how: string, arrival: Arrival): Promise<SignedIn> {
    const { accounts, newcomers } = this.#options;
    if (newcomers === 'refused' && !(await accounts.knows(issuer, identity))) return refused('newcomer', arrival.next);
    const account = await accounts.settle(issuer, identity, issuedAt, () => true);
    return account === undefined ? refused('no_place', arrival.next) : this.#begin({ user: account.user.id, tenant: account.tenant.id }, how, arrival);
  }

  async #begin(of: { readonly user: string; readonly tenant: string }, how: string, { visitor, next, former = [] }: Arrival): Promise<SignedIn> {
    const { sessions, log } = this.#options;
    const { session, token, expiresAt } = await sessions.mint({ ...of, createdBy: how, userAgent: visitor.userAgent });
    for (const hash of new Set([...former, ...visitor.former.map(sha256)])) await sessions.endByHash(hash);
    log({ event: 'signed_in', by: how, user: of.user, session: session.id });
    return { is: 'in', token, expiresAt, next };
  }
}

function refused(fault: 'newcomer' | 'no_place', next: string | null): SignedIn {
  return { is: 'refused', fault, next };
}
