import { authorizationCodeGrant, buildAuthorizationUrl, calculatePKCECodeChallenge } from 'openid-client';
import type { RandomBytes } from '../../domain/key-format.js';
import { sha256 } from '../../domain/presented.js';
import type { Seal } from '../../domain/seal.js';
import type { Begun, ProviderButton, SignInFault, SignedIn, Visitor } from '../../domain/sign-in.js';
import type { ArtifactStore } from '../../store/artifacts.js';
import type { Limits } from '../limits/limits.js';
import { within } from '../within.js';
import type { Arrivals } from './arrivals.js';
import { ATTEMPT_SECONDS, type Attempt, openAttempt, sealAttempt } from './attempt.js';
import { attemptBuckets, secondsToWait } from './limits.js';
import { wrongBy } from './outcome.js';
import { ProviderUnavailable, type SignInProvider, type Vouched } from './provider.js';

/** Attempts that came back: the name of their kind among what the store remembers for a short while. */
const KIND = 'SignInAttempt';
const PATIENCE_MS = 10_000;

export interface ProvidersOptions {
  readonly providers: readonly SignInProvider[];
  readonly store: ArtifactStore;
  readonly arrivals: Arrivals;
  readonly limits: Pick<Limits, 'take'>;
  readonly seal: Seal;
  /** How long a person waits for a provider in one step of the way, for all that it is asked there. @default 10,000 */
  readonly patienceMs?: number | undefined;
  readonly random: RandomBytes;
  readonly now: () => number;
  readonly log: (event: object) => void;
}

/** Sign-in with providers: OAuth 2 with state, PKCE and, where there is an ID token, a nonce (RFC 9700, section 2.1.1). */
export class Providers {
  readonly buttons: readonly ProviderButton[];
  readonly #options: ProvidersOptions;

  constructor(options: ProvidersOptions) {
    this.#options = options;
    this.buttons = options.providers.map(({ id, label, posted }) => ({ id, label, posted }));
  }

  async begin(id: string, next: string | null, redirectUri: string, visitor: Visitor): Promise<Begun> {
    const { limits, seal, now } = this.#options;
    const wait = await secondsToWait(limits, attemptBuckets(visitor.address), now());
    if (wait !== undefined) return { is: 'limited', retryAfterSeconds: wait };
    const provider = this.#provider(id);
    const [state, nonce, verifier] = [this.#word(), this.#word(), this.#word()];
    const attempt: Attempt = {
      state,
      nonce,
      verifier,
      redirectUri,
      next,
      former: visitor.former.slice(0, 2).map(sha256),
      until: now() + ATTEMPT_SECONDS * 1000,
    };
    const configuration = await this.#asked(id, () => provider.configuration());
    if (typeof configuration === 'string') return { is: 'unavailable' };
    const url = buildAuthorizationUrl(configuration, {
      ...provider.parameters,
      redirect_uri: redirectUri,
      state,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...(provider.idToken ? { nonce } : {}),
      ...(provider.posted ? { response_mode: 'form_post' } : {}),
    });
    return { is: 'begun', url: url.href, sealed: sealAttempt(seal, id, attempt), seconds: ATTEMPT_SECONDS };
  }

  /** Its `state` is good for one answer, whatever that is. */
  async finish(id: string, answer: URLSearchParams, sealed: readonly string[], visitor: Visitor): Promise<SignedIn> {
    const attempt = openAttempt(this.#options.seal, id, sealed, answer.get('state'));
    if (attempt === undefined || !(await this.#isFirst(attempt))) return refused('not_begun', null);
    const { next, former } = attempt;
    const vouched = await this.#asked(id, () => this.#vouched(this.#provider(id), attempt, answer));
    if (vouched === 'unavailable') return { is: 'unavailable', next };
    if (typeof vouched === 'string') return refused(vouched, next);
    const { issuer, identity, issuedAt } = vouched;
    return this.#options.arrivals.byIdentity(issuer, identity, issuedAt, id, { visitor, next, former });
  }

  async #vouched(provider: SignInProvider, attempt: Attempt, answer: URLSearchParams): Promise<Vouched | 'rejected'> {
    const { state, nonce, verifier, redirectUri } = attempt;
    const configuration = await provider.configuration();
    const tokens = await authorizationCodeGrant(configuration, new URL(`${redirectUri}?${answer}`), {
      expectedState: state,
      pkceCodeVerifier: verifier,
      ...(provider.idToken ? { expectedNonce: nonce, idTokenExpected: true } : {}),
    });
    return (await provider.identify(tokens)) ?? 'rejected';
  }

  /** What went wrong at the provider is an outcome; anything else is a surprise. */
  async #asked<T extends object>(provider: string, work: () => Promise<T | 'rejected'>): Promise<T | 'unavailable' | 'denied' | 'rejected'> {
    try {
      return await within(this.#options.patienceMs ?? PATIENCE_MS, work(), () => new ProviderUnavailable('timed_out'));
    } catch (error) {
      const wrong = wrongBy(error);
      if (wrong === undefined) throw error;
      this.#options.log({ event: 'provider_failed', provider, outcome: wrong.is, reason: wrong.reason });
      return wrong.is;
    }
  }

  /** Kept only for those that came back, so that nobody fills the store by setting out. */
  async #isFirst({ state, until }: Attempt): Promise<boolean> {
    const { store, now } = this.#options;
    if (until <= now()) return false;
    const hash = sha256(state);
    await store.put({ kind: KIND, hash, payload: '{}', handle: null, grant: null, expiresAt: until, consumedAt: null });
    return (await store.consume(KIND, hash, now())) === 'first';
  }

  #provider(id: string): SignInProvider {
    const provider = this.#options.providers.find((one) => one.id === id);
    if (provider === undefined) throw new Error(`There is no provider ${id}`);
    return provider;
  }

  /** 256 bits (RFC 7636, section 7.1). */
  #word(): string {
    return Buffer.from(this.#options.random(32)).toString('base64url');
  }
}

function refused(fault: SignInFault, next: string | null): SignedIn {
  return { is: 'refused', fault, next };
}
