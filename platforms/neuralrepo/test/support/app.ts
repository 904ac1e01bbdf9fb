import { neuralrepo } from '@gatehouse/neuralrepo';
import { type Environment, type Gatehouse, Refusal } from 'gatehouse';
import { type Answer, type Client, clientOf } from '../../../../test/support/client.js';
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
  /** Calls with a new session of this user: its token in `Authorization`, or the website's cookie. On whichever plan the user is. */
  signedIn(email: string, by?: 'bearer' | 'cookie'): Promise<Client>;
  setPlan(email: string, plan: 'free' | 'pro'): Promise<void>;
  /** Waits until nothing is due that was asked for, those that stand apart in the queue included. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** The real app on a temporary folder and a free port, with a clock of its own. Close it. */
export async function openNeuralRepo(environment: Environment = {}): Promise<NeuralRepo> {
  const clock = settableClock();
  const { gatehouse, url, logged, key, close } = await openApp(neuralrepo, { environment, clock });
  const userOf = async (email: string) => {
    const user = await gatehouse.users.findOrCreate(email);
    if (user instanceof Refusal) throw user;
    return user;
  };
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
    async signedIn(email, by = 'bearer') {
      const { id, homeTenant } = await userOf(email);
      const { token } = await gatehouse.sessions.mint({ tenant: homeTenant, user: id, createdBy: 'test' });
      return clientOf(url, by === 'bearer' ? token : { cookie: `${gatehouse.sessionCookie.name}=${token}`, origin: url });
    },
    async setPlan(email, plan) {
      await gatehouse.users.setPlan((await userOf(email)).homeTenant, plan);
    },
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
