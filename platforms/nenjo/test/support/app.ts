import { nenjo } from '@gatehouse/nenjo';
import type { Environment } from 'gatehouse';
import { type PlatformApp, openPlatform } from '../../../../test/support/open-platform.js';
import { type Client, clientOf } from './client.js';

export { withoutRequestId } from './client.js';

export interface Nenjo extends PlatformApp {
  /** Calls with this credential in `Authorization`; without one, as nobody. */
  as(credential?: string): Client;
  /** A new key of this user, who is made where unknown. */
  keyOf(email: string, scopes?: readonly string[]): Promise<string>;
}

export async function openNenjo(environment: Environment = {}): Promise<Nenjo> {
  const app = await openPlatform(nenjo, environment);
  return Object.assign(app, {
    as: (credential?: string) => clientOf(app.url, credential),
    keyOf: async (email: string, scopes: readonly string[] = []) => (await app.key(email, scopes)).raw,
  });
}
