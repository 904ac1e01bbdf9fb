import type { Failure } from '@gatehouse/contract';

/**
 * The database cannot be asked, or did not say whether it did what it was told. Callers are told 503. Nothing that was
 * acknowledged is lost.
 */
export class UnavailableError extends Error {
  /** When it is worth trying again. */
  readonly retryAfterSeconds: number;
  /** Whether what was asked may have been done nevertheless: false only where that is sure not to be. */
  readonly inDoubt: boolean;

  constructor(text: string, options: ErrorOptions & { readonly retryAfterSeconds?: number; readonly inDoubt?: boolean } = {}) {
    super(text, options);
    this.name = 'UnavailableError';
    this.retryAfterSeconds = options.retryAfterSeconds ?? 1;
    this.inDoubt = options.inDoubt ?? true;
  }
}

/** What a caller is told while the database is out of reach. `writing`: the call was about to change something. */
export function unavailable({ retryAfterSeconds, inDoubt }: UnavailableError, writing: boolean): Failure {
  const text = 'The database is out of reach, or too busy, right now.';
  if (!writing || !inDoubt) return { code: 'unavailable', text, retryAfterSeconds, next: 'Try again shortly.' };
  return {
    code: 'unavailable',
    text: `${text} It is not known whether this was done.`,
    retryAfterSeconds,
    next: 'Look whether it was done before you try again.',
  };
}
