import type { AttemptCookie } from '../../domain/attempt-cookie.js';
import type { Caller, Resolution } from '../../domain/principal.js';
import type { SessionCookie } from '../../domain/session-cookie.js';
import type { SignIn } from '../../domain/sign-in.js';
import type { Runtime } from '../../runtime/types.js';
import type { UnavailableError } from '../../domain/unavailable-error.js';

export interface SignInSurfaceOptions {
  /** The platform's title. */
  readonly title: string;
  readonly signIn: SignIn;
  readonly cookie: SessionCookie;
  readonly attemptCookie: AttemptCookie;
  readonly publicUrl: string | undefined;
  /** Who has this cookie? Counts nothing. */
  readonly authenticate: (caller: Caller) => Resolution | Promise<Resolution>;
  /** Counts what one address got wrong. */
  readonly denial: Runtime['denial'];
  readonly outOfReach: (error: unknown) => UnavailableError | undefined;
  /** The program that waits behind a path of our own, where one does. @default none is named */
  readonly waiting?: (next: string) => Promise<string | null>;
  readonly now: () => number;
}

/** Where whoever is signed in goes that wanted to go nowhere else. */
export { ACCOUNT_PATH as HOME } from '../pages/account.js';
