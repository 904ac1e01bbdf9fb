import { nippy } from '@gatehouse/nippy';
import { type Environment, type Gatehouse, type GatehouseOptions, openGatehouse } from 'gatehouse';
import { type Answer, type Client, clientOf } from '../../../../test/support/client.js';
import { type TestKey, openApp, settableClock } from '../../../../test/support/open-app.js';

export type { Answer, Client } from '../../../../test/support/client.js';

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

export interface Nippy {
  readonly gatehouse: Gatehouse;
  readonly url: string;
  /** Unix milliseconds; stands still until it is moved. */
  now: number;
  /** Every line logged so far. */
  logged(): string;
  /** A new key of this business, which is made where unknown: the own space of a user of that name. */
  key(business: string, scopes?: readonly string[]): Promise<TestKey>;
  /** Calls with a new key of this business. */
  business(name: string, scopes?: readonly string[]): Promise<Client>;
  /** Calls with this key in `X-API-Key`, or with these headers; without any, as nobody. */
  as(credential?: string | Record<string, string>): Client;
  /** Waits until nothing is due that was asked for, what stands apart in the queue included. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** The real app on a temporary folder and a free port, with a clock of its own. Close it. */
export async function openNippy(environment: Environment = {}, options: Pick<GatehouseOptions, 'randomInt'> = {}): Promise<Nippy> {
  const clock = settableClock();
  const { gatehouse, url, logged, key: keyOf, close } = await openApp(nippy, { environment, clock, open: (given) => openGatehouse({ ...given, ...options }) });
  const key: Nippy['key'] = (business, scopes = ['*']) => keyOf(`${business}@example.com`, scopes);
  const as: Nippy['as'] = (credential) => clientOf(url, typeof credential === 'string' ? { 'x-api-key': credential } : credential);
  return {
    gatehouse,
    url,
    get now() {
      return clock.now();
    },
    set now(at) {
      clock.advance(at - clock.now());
    },
    logged,
    key,
    business: async (name, scopes) => as((await key(name, scopes)).raw),
    as,
    async settle() {
      // One tenant's jobs stand apart in time: a minute is enough for a thousand of them.
      clock.advance(60_000);
      await gatehouse.jobs.settle();
    },
    close,
  };
}

/** The same answer, whatever the request was called. */
export function withoutRequestId({ status, text }: Pick<Answer, 'status' | 'text'>): { readonly status: number; readonly text: string } {
  return { status, text: text.replace(/req_[A-Za-z0-9]{24}/g, 'req_…') };
}

/** The body of an answer that must have succeeded. */
export function must<T>({ status, text, json }: Answer<T>): T {
  if (status >= 300) throw new Error(`Answered ${status}: ${text}`);
  return json;
}
