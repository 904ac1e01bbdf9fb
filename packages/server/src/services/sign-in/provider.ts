import type { Configuration, TokenEndpointResponse, TokenEndpointResponseHelpers } from 'openid-client';
import type { ProviderButton } from '../../domain/sign-in.js';
import type { Identity } from '../identity/provider.js';

export type Tokens = TokenEndpointResponse & TokenEndpointResponseHelpers;

/** Who came back. */
export interface Vouched {
  readonly issuer: string;
  readonly identity: Identity;
  /** Unix milliseconds: when the provider vouched for it. */
  readonly issuedAt: number;
}

/** What one provider does in its own way; all else is the same for all. */
export interface SignInProvider extends ProviderButton {
  /** Parameters of the authorization request, beside those that each one has. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Whether it answers with an ID token (OpenID Connect), which is then held to a nonce. */
  readonly idToken: boolean;
  /** Its endpoints, and who we are to it. @throws where it cannot be asked */
  configuration(): Promise<Configuration>;
  /** undefined: what it says does not do. @throws where it cannot be asked */
  identify(tokens: Tokens): Promise<Vouched | undefined>;
}

/** The provider cannot be asked: another time it may be. */
export class ProviderUnavailable extends Error {
  /** A few words for the log, none of them the provider's. */
  readonly reason: string;

  constructor(reason: string, options?: ErrorOptions) {
    super(`The provider cannot be asked: ${reason}`, options);
    this.reason = reason;
    this.name = 'ProviderUnavailable';
  }
}

/** The longest subject (OpenID Connect Core 1.0, section 2). */
export const SUBJECT_LENGTH = 255;
export const NAME_LENGTH = 200;
