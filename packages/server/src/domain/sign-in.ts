export const SIGN_IN_PATH = '/sign-in';
/** Where a link leads; its token is the parameter `token`. */
export const LINK_PATH = '/sign-in/link';
/** Followed by a provider's id, and by `/callback` where it leads back. */
export const PROVIDER_PATH = '/sign-in/with/';

/** Whether a page of signing in or out stands at this path. */
export function isSignInPath(path: string): boolean {
  return path === SIGN_IN_PATH || path.startsWith(`${SIGN_IN_PATH}/`) || path === '/sign-out';
}

/** What came of asking for a link. */
export type LinkAsked =
  /** Or, where newcomers are refused, it would be if the person were known. */
  { readonly is: 'on_its_way' } | { readonly is: 'malformed' | 'not_sent' } | { readonly is: 'limited'; readonly retryAfterSeconds: number };

/** What came of going to a provider. */
export type Begun =
  /** `sealed` is for the browser to keep until it comes back, at most so many seconds. */
  | { readonly is: 'begun'; readonly url: string; readonly sealed: string; readonly seconds: number }
  | { readonly is: 'unavailable' }
  | { readonly is: 'limited'; readonly retryAfterSeconds: number };

/** Why nobody is signed in. */
export type SignInFault =
  /** There is no such link (any more). */
  | 'no_link'
  /** Not by this browser, or too long ago, or it has been here with it already. */
  | 'not_begun'
  /** The person has not agreed at the provider. */
  | 'denied'
  /** What came from the provider does not hold. */
  | 'rejected'
  /** Not known here, where nobody new is let in. */
  | 'newcomer'
  /** Known, and has no place any more. */
  | 'no_place';

/** `next` is where the person wanted to go, as far as that is known: there another try may lead. */
export type SignedIn = { readonly next: string | null } & (
  | { readonly is: 'in'; readonly token: string; readonly expiresAt: number }
  | { readonly is: 'refused'; readonly fault: SignInFault }
  /** The provider cannot be asked. */
  | { readonly is: 'unavailable' }
);

export interface ProviderButton {
  readonly id: string;
  readonly label: string;
  /** It answers by a form from its own page. */
  readonly posted: boolean;
}

/** A browser that signs in. */
export interface Visitor {
  readonly address: string;
  readonly userAgent: string | undefined;
  /** Tokens of sessions that it has a cookie of. They end when another one begins. */
  readonly former: readonly string[];
}

/** How people sign in, as the pages see it. Each verb rejects only with what says that the database is out of reach. */
export interface SignIn {
  /** undefined: no links are sent here. */
  readonly linksBy: 'mail' | 'terminal' | undefined;
  readonly linkMinutes: number;
  readonly newcomers: 'welcome' | 'refused';
  readonly providers: readonly ProviderButton[];
  /** @param origin ours, which the link begins with */
  askLink(email: string, next: string | null, origin: string, address: string): Promise<LinkAsked>;
  /** Whose link it is, without using it up. `once` is for the form that does. */
  linkOf(token: string): Promise<{ readonly email: string; readonly once: string } | undefined>;
  /** @param once the same form, sent again for lack of an answer, is answered the same; a form without it is not */
  redeemLink(token: string, once: string, visitor: Visitor): Promise<SignedIn>;
  /** @param redirectUri where the provider is to lead back to */
  begin(provider: string, next: string | null, redirectUri: string, visitor: Visitor): Promise<Begun>;
  /** @param sealed what the browser has kept */
  finish(provider: string, answer: URLSearchParams, sealed: readonly string[], visitor: Visitor): Promise<SignedIn>;
  signOut(tokens: readonly string[]): Promise<void>;
}
