import { openNenjo } from './app.js';
import { ClerkStandIn } from './clerk.js';
import type { Client } from './client.js';

/** An app that people sign in to. Close it. */
export async function openWithPeople() {
  const clerk = await ClerkStandIn.start();
  const app = await openNenjo({ CLERK_ISSUER: clerk.issuer });
  return {
    app,
    /** A person by the name, in the own space or, with a role, in the organisation; known by the e-mail `<name>@example.com`, for an hour. */
    person(name: string, org?: { readonly id: string; readonly rol: string }): Client {
      const exp = Math.floor(app.now / 1000) + 3600;
      const claims = { sub: `user_${name}`, email: `${name}@example.com`, email_verified: true, name, exp };
      return app.as(clerk.token(app.now, org === undefined ? claims : { ...claims, v: 2, o: org }));
    },
    async close() {
      await app.close();
      await clerk.close();
    },
  };
}
