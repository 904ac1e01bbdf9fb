import type { Failure } from '@gatehouse/contract';
import type { SignInFault } from '../../domain/sign-in.js';

/** What a person is told. `provider` is a name such as GitHub. */
export function failureOf(fault: SignInFault, provider = 'the provider'): Failure {
  switch (fault) {
    case 'no_link':
      return { code: 'not_found', text: 'It has been used, or its time is over.', next: 'Ask for another one.' };
    case 'not_begun':
      return { code: 'invalid_input', text: 'This sign-in was begun in another browser, took too long, or is done already.', next: 'Begin again.' };
    case 'denied':
      return { code: 'forbidden', text: `You cancelled at ${provider}, or it did not let you in.`, next: 'Begin again, or sign in another way.' };
    case 'rejected':
      return { code: 'forbidden', text: `What came back from ${provider} could not be verified, so nobody is signed in.`, next: 'Begin again.' };
    case 'newcomer':
      return { code: 'forbidden', text: 'Nobody is known here by that account.', next: 'Ask whoever runs this to let you in, or sign in another way.' };
    case 'no_place':
      return { code: 'forbidden', text: 'This account has no access here any more.', next: 'Ask whoever runs this.' };
  }
}

export function providerDown(provider: string): Failure {
  return { code: 'unavailable', text: `${provider} cannot sign you in right now.`, retryAfterSeconds: 10, next: 'Try again shortly, or sign in another way.' };
}

export function tooOften(retryAfterSeconds: number): Failure {
  return {
    code: 'rate_limited',
    text: 'Signing in was tried too often with this address, or from your network.',
    retryAfterSeconds,
    next: `Try again in ${inWords(retryAfterSeconds)}.`,
  };
}

export const NOT_SENT: Failure = {
  code: 'unavailable',
  text: 'The link could not be sent.',
  retryAfterSeconds: 30,
  next: 'Try again in a moment, or sign in another way.',
};

export const NO_LINKS: Failure = { code: 'forbidden', text: 'This server sends no links.', next: 'Sign in another way.' };

function inWords(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
