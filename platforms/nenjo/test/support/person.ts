import type { Environment } from 'gatehouse';
import { type Nenjo, openNenjo } from './app.js';
import { ClerkStandIn } from './clerk.js';
import type { Client } from './client.js';

export interface Peopled {
  readonly app: Nenjo;
  /** Calls of this person, known by the e-mail `<name>@example.com`, signed in at this moment of the app's clock, for an hour. */
  person(name: string, claims?: object): Client;
  /** Calls of an agent: a key of this person's own space. */
  agent(name: string, scopes?: readonly string[]): Promise<Client>;
  close(): Promise<void>;
}

/** The app with people in it, who come with Clerk's tokens. Close it. */
export async function openPeopled(environment: Environment = {}): Promise<Peopled> {
  const clerk = await ClerkStandIn.start();
  const app = await openNenjo({ CLERK_ISSUER: clerk.issuer, ...environment });
  const person: Peopled['person'] = (name, claims = {}) => {
    const exp = Math.floor(app.now / 1000) + 3600;
    return app.as(clerk.token(app.now, { sub: `user_${name}`, email: `${name}@example.com`, email_verified: true, name, exp, ...claims }));
  };
  return {
    app,
    person,
    async agent(name, scopes = []) {
      const { json } = await person(name).post('/api/v1/api-keys', { name: 'agent', scopes });
      return app.as(String(json.raw_key));
    },
    async close() {
      await app.close();
      await clerk.close();
    },
  };
}
