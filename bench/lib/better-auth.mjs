// better-auth with its API keys, as it comes, but for its default of ten calls a day, which is raised so that it does not refuse.
import { apiKey } from '@better-auth/api-key';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';

/** On a database of its own, migrated, with one user. */
export async function betterAuthOn(database) {
  const auth = betterAuth({
    database,
    secret: 'x'.repeat(40),
    baseURL: 'http://localhost:3000',
    logger: { disabled: true },
    telemetry: { enabled: false },
    plugins: [apiKey({})],
  });
  await (await getMigrations(auth.options)).runMigrations();
  const { internalAdapter } = await auth.$context;
  const user = await internalAdapter.createUser({ email: 'bench@example.com', name: 'bench', emailVerified: true });
  return {
    verify: (key) => auth.api.verifyApiKey({ body: { key } }),
    createKey: async () => (await auth.api.createApiKey({ body: { name: 'bench', userId: user.id, rateLimitMax: 1e9 } })).key,
  };
}
