// Runs TypeScript that is not compiled, such as what tests and proofs share.
import { root } from './prepare.mjs';

/**
 * Loads a module with all that it imports, gives it to `use`, and answers what that answers.
 * @param {string} file relative to the checkout
 */
export async function withTypeScript(file, use) {
  // Only now: callers make sure that the packages are there.
  const { createViteServer } = await import('vitest/node');
  const server = await createViteServer({
    configFile: false,
    root,
    appType: 'custom',
    logLevel: 'error',
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  });
  try {
    return await use(await server.ssrLoadModule(`/${file}`));
  } finally {
    await server.close();
  }
}
