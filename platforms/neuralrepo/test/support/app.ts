import { neuralrepo } from '@gatehouse/neuralrepo';
import { type Environment, Refusal } from 'gatehouse';
import { type Client, clientOf } from '../../../../test/support/client.js';
import { type PlatformApp, openPlatform } from '../../../../test/support/open-platform.js';

export { type Answer, type Client, type Failed, withoutRequestId } from '../../../../test/support/client.js';

export interface NeuralRepo extends PlatformApp {
  /** Calls with this credential in `Authorization`; without one, as nobody. */
  as(credential?: string): Client;
  /** Calls with a new key of this user, who is on the pro plan. */
  person(email: string, scopes?: readonly string[]): Promise<Client>;
  /** Calls with a new session of this user: its token in `Authorization`, or the website's cookie. On whichever plan the user is. */
  signedIn(email: string, by?: 'bearer' | 'cookie'): Promise<Client>;
  setPlan(email: string, plan: 'free' | 'pro'): Promise<void>;
}

export async function openNeuralRepo(environment: Environment = {}): Promise<NeuralRepo> {
  const app = await openPlatform(neuralrepo, environment);
  const { gatehouse, url } = app;
  const userOf = async (email: string) => {
    const user = await gatehouse.users.findOrCreate(email);
    if (user instanceof Refusal) throw user;
    return user;
  };
  const added: Omit<NeuralRepo, keyof PlatformApp> = {
    as: (credential) => clientOf(url, credential),
    async person(email, scopes) {
      const { raw, tenant } = await app.key(email, scopes);
      await gatehouse.users.setPlan(tenant, 'pro');
      return clientOf(url, raw);
    },
    async signedIn(email, by = 'bearer') {
      const { id, homeTenant } = await userOf(email);
      const { token } = await gatehouse.sessions.mint({ tenant: homeTenant, user: id, createdBy: 'test' });
      return clientOf(url, by === 'bearer' ? token : { cookie: `${gatehouse.sessionCookie.name}=${token}`, origin: url });
    },
    async setPlan(email, plan) {
      await gatehouse.users.setPlan((await userOf(email)).homeTenant, plan);
    },
  };
  return Object.assign(app, added);
}
