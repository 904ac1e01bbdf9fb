import type { Core } from '../adapters/core.js';
import { SIGN_IN_PATH } from '../domain/sign-in.js';
import type { Platform } from '../runtime/platform.js';
import { type AccountOptions, createAccountSurface } from '../surfaces/account/index.js';

export interface AccountWiring extends Omit<AccountOptions, 'signInPath'> {
  readonly platform: Platform;
}

/** The same, with the account page beside it where people sign in on pages of ours. */
export function withAccount(core: Core, options: AccountWiring): Core {
  if (options.platform.signIn === false) return core;
  const account = createAccountSurface({ ...options, signInPath: SIGN_IN_PATH });
  return {
    ...core,
    refuse: (failure, request) => (account.serves(request.path) ? account.refuse(failure, request) : core.refuse(failure, request)),
    handle: (request) => (account.serves(request.path) ? account.handle(request) : core.handle(request)),
  };
}
