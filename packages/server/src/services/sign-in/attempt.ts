import type { Seal } from '../../domain/seal.js';

/** A way to a provider that a browser has set out on. What it holds nobody else reads or makes. */
export interface Attempt {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly redirectUri: string;
  readonly next: string | null;
  /** SHA-256 of the session tokens that the browser had. */
  readonly former: readonly string[];
  /** Unix milliseconds. */
  readonly until: number;
}

export const ATTEMPT_SECONDS = 600;

const about = (provider: string): string => `sign-in with ${provider}`;

export function sealAttempt(seal: Seal, provider: string, attempt: Attempt): string {
  return seal.close(JSON.stringify(attempt), about(provider));
}

/** The attempt with this provider that an answer with this `state` belongs to. */
export function openAttempt(seal: Seal, provider: string, sealed: readonly string[], state: string | null): Attempt | undefined {
  return sealed
    .map((one) => seal.open(one, about(provider)))
    .filter((text) => text !== undefined)
    .map((text) => JSON.parse(text) as Attempt)
    .find((attempt) => attempt.state === state);
}
