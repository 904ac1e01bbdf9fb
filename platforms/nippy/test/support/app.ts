import { nippy } from '@gatehouse/nippy';
import type { Environment } from 'gatehouse';
import { type Client, clientOf } from '../../../../test/support/client.js';
import type { TestKey } from '../../../../test/support/open-app.js';
import { type Chance, type PlatformApp, openPlatform } from '../../../../test/support/open-platform.js';

export { type Answer, type Client, must, withoutRequestId } from '../../../../test/support/client.js';

/** The body of a refusal. */
export interface Failed {
  readonly error: string;
  readonly detail: string;
  readonly code: string;
  readonly request_id: string;
  readonly fields: Readonly<Record<string, readonly string[]>>;
  readonly next?: string;
}

/** What each create answers. */
export interface Created {
  readonly _id: string;
  readonly name: string;
  readonly status: 'created';
}

/** What each propose answers. */
export interface Proposal<Preview = Readonly<Record<string, unknown>>> {
  readonly status: 'proposed';
  readonly proposal_id: string;
  readonly expires_at: string;
  readonly preview: Preview;
}

export interface Nippy extends PlatformApp {
  /** A new key of this business, which is made where unknown: the own space of a user of that name. */
  key(business: string, scopes?: readonly string[]): Promise<TestKey>;
  /** Calls with a new key of this business. */
  business(name: string, scopes?: readonly string[]): Promise<Client>;
  /** Calls with this key in `X-API-Key`, or with these headers; without any, as nobody. */
  as(credential?: string | Record<string, string>): Client;
}

export async function openNippy(environment: Environment = {}, chance: Chance = {}): Promise<Nippy> {
  const app = await openPlatform(nippy, environment, chance);
  const keyOf = app.key;
  const key: Nippy['key'] = (business, scopes) => keyOf(`${business}@example.com`, scopes);
  const as: Nippy['as'] = (credential) => clientOf(app.url, typeof credential === 'string' ? { 'x-api-key': credential } : credential);
  const business: Nippy['business'] = async (name, scopes) => as((await key(name, scopes)).raw);
  return Object.assign(app, { key, as, business });
}
