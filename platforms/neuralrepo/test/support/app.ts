import { neuralrepo } from '@gatehouse/neuralrepo';
import type { Environment, Gatehouse } from 'gatehouse';
import { type Client, clientOf } from '../../../../test/support/client.js';
import { type TestKey, openApp, settableClock } from '../../../../test/support/open-app.js';

export type { Answer, Client, Failed } from '../../../../test/support/client.js';

export interface NeuralRepo {
  readonly gatehouse: Gatehouse;
  readonly url: string;
  /** Unix milliseconds; stands still until it is moved. */
  now: number;
  /** Every line logged so far. */
  logged(): string;
  /** Calls with this credential in `Authorization`; without one, as nobody. */
  as(credential?: string): Client;
  /** A new key of this user, who is made where unknown. */
  key(email: string, scopes?: readonly string[]): Promise<TestKey>;
  /** Calls with a new key of this user, who is on the pro plan. */
  person(email: string, scopes?: readonly string[]): Promise<Client>;
  /** Waits until nothing is due that was asked for, those that stand apart in the queue included. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** The real app on a temporary folder and a free port, with a clock of its own. Close it. */
export async function openNeuralRepo(environment: Environment = {}): Promise<NeuralRepo> {
  const clock = settableClock();
  const { gatehouse, url, logged, key, close } = await openApp(neuralrepo, { environment, clock });
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
    as: (credential) => clientOf(url, credential),
    key: (email, scopes = ['*']) => key(email, scopes),
    async person(email, scopes = ['*']) {
      const made = await key(email, scopes);
      await gatehouse.users.setPlan(made.tenant, 'pro');
      return clientOf(url, made.raw);
    },
    async settle() {
      // One tenant's jobs stand apart in time: a minute is enough for a thousand of them.
      clock.advance(60_000);
      await gatehouse.jobs.settle();
    },
    close,
  };
}
