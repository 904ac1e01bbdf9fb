import type { CredentialKind } from '@gatehouse/contract';
import type { Caller, Presented, Principal, Resolution, Resolver } from '../domain/principal.js';
import type { Changes } from '../store/changes.js';
import type { LastUsed } from './last-used.js';
import type { Outage } from './outage.js';
import { type Known, PrincipalCache } from './principal-cache.js';

export interface AuthenticatorOptions {
  /** Asked in order; each declines what is not its own, and stops the chain at what is its own but bad. */
  readonly resolvers: readonly Resolver[];
  readonly changes: Changes;
  readonly lastUsed: LastUsed;
  /** Of what people allowed programs. */
  readonly grantsUsed?: LastUsed;
  readonly now: () => number;
  /** Principals kept; at most twice as many. */
  readonly cacheSize: number;
  readonly outage?: Outage;
}

/** A good credential in a place where its kind is not taken. */
const MISPLACED: Resolution = { is: 'refused', reason: 'malformed' };

/** Who is calling? One hash and one look-up in memory for a known credential; the chain of resolvers for any other. */
export class Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #cache: PrincipalCache;
  readonly #accepts: ReadonlyMap<CredentialKind, readonly Presented['via'][]>;

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
    this.#cache = new PrincipalCache(options.cacheSize);
    this.#accepts = new Map(options.resolvers.map(({ kind, accepts }) => [kind, accepts]));
    options.changes.onChange((changed, epoch) => this.#cache.note(changed, epoch));
  }

  /** Of the principals that are remembered. */
  get cached(): PrincipalCache['counts'] {
    return this.#cache.counts;
  }

  /** Two credentials in one request are refused, never mixed. */
  resolve({ presented }: Caller): Resolution | Promise<Resolution> {
    const [only] = presented;
    if (only === undefined) return { is: 'refused', reason: 'missing' };
    return presented.length > 1 ? { is: 'refused', reason: 'ambiguous' } : this.resolveOne(only);
  }

  resolveOne(presented: Presented): Resolution | Promise<Resolution> {
    const now = this.#options.now();
    const known = this.#options.changes.current(now) ? this.#cache.get(presented.hash) : undefined;
    if (known !== undefined) {
      if (known.expiresAt === 0 || known.expiresAt > now) return this.#again(known, presented, now);
      this.#cache.drop(presented.hash);
    }
    return this.#fill(presented, now, this.#options.changes.epoch());
  }

  #fill(presented: Presented, now: number, epoch: number, from = 0): Resolution | Promise<Resolution> {
    const { resolvers } = this.#options;
    for (let i = from; i < resolvers.length; i += 1) {
      const resolver = resolvers[i];
      if (resolver?.accepts.includes(presented.via) !== true) continue;
      const answer = this.#asked(resolver, presented, now);
      if (answer instanceof Promise) {
        const settle = (late: Resolution) => (late.is === 'foreign' ? this.#fill(presented, now, epoch, i + 1) : this.#settled(late, presented, now, epoch));
        return answer.then(settle, (error: unknown) => this.#failed(error));
      }
      if (answer.is !== 'foreign') return this.#settled(answer, presented, now, epoch);
    }
    return { is: 'refused', reason: 'malformed' };
  }

  #asked(resolver: Resolver, presented: Presented, now: number): Resolution | Promise<Resolution> {
    try {
      return resolver.resolve(presented, now);
    } catch (error) {
      return this.#failed(error);
    }
  }

  #settled(resolution: Resolution, presented: Presented, now: number, epoch: number): Resolution {
    if (resolution.is !== 'ok') return resolution;
    const { principal } = resolution;
    const accepted = this.#accepts.get(principal.credential.kind) ?? [];
    this.#cache.set(presented.hash, principal, accepted, epoch);
    if (!isHere({ accepted, surface: principal.credential.surface }, presented)) return MISPLACED;
    this.#note(principal, now);
    return resolution;
  }

  /** A credential that cannot be looked up has not been judged. */
  #failed(error: unknown): Resolution {
    const outage = this.#options.outage?.note(error);
    if (outage === undefined) throw error;
    return { is: 'unavailable', retryAfterSeconds: outage.retryAfterSeconds };
  }

  /** Uses are told to the second, so one note a second says all. */
  #again(known: Known, presented: Presented, now: number): Resolution {
    if (!isHere(known, presented)) return MISPLACED;
    const second = Math.floor(now / 1000);
    if (known.notedIn !== second) {
      known.notedIn = second;
      this.#note(known.resolution.principal, now);
    }
    return known.resolution;
  }

  #note({ credential: { kind, id, grant, key } }: Principal, now: number): void {
    const { lastUsed, grantsUsed } = this.#options;
    if (kind === 'key') lastUsed.seen(id, now);
    else if (key !== undefined) lastUsed.seen(key, now);
    else if (grant !== undefined) grantsUsed?.seen(grant, now);
  }
}

/** Whether it may come this way. */
function isHere({ accepted, surface }: Pick<Known, 'accepted' | 'surface'>, presented: Presented): boolean {
  return accepted.includes(presented.via) && (surface === undefined || surface === presented.surface);
}
