import { nenjo } from '@gatehouse/nenjo';
import type { Environment, Gatehouse } from 'gatehouse';
import { openApp } from '../../../../test/support/open-app.js';
import { type Answer, type Client, clientOf } from './client.js';

export interface Nenjo {
  readonly gatehouse: Gatehouse;
  readonly url: string;
  /** Unix milliseconds; stands still until it is moved. */
  now: number;
  /** Every line logged so far. */
  logged(): string;
  /** Calls with this credential in `Authorization`; without one, as nobody. */
  as(credential?: string): Client;
  /** A new key of this user, who is made where unknown. */
  keyOf(email: string, scopes?: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

/** The real app on a temporary folder and a free port, with a clock of its own. Close it. */
export async function openNenjo(environment: Environment = {}): Promise<Nenjo> {
  const clock = {
    at: Date.parse('2026-01-31T09:30:00Z'),
    now: () => clock.at,
    advance(ms: number) {
      clock.at += ms;
    },
  };
  const { gatehouse, url, logged, key, close } = await openApp(nenjo, { environment, clock });
  return {
    gatehouse,
    url,
    get now() {
      return clock.at;
    },
    set now(at) {
      clock.at = at;
    },
    logged,
    as: (credential) => clientOf(url, credential),
    keyOf: async (email, scopes = []) => (await key(email, scopes)).raw,
    close,
  };
}

/** The same answer, whatever the request was called. */
export function withoutRequestId({ status, text }: Pick<Answer, 'status' | 'text'>): { readonly status: number; readonly text: string } {
  return { status, text: text.replace(/req_[A-Za-z0-9]{24}/g, 'req_…') };
}
