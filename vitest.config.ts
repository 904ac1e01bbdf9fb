import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** In-process tests run on the sources; processes that tests start (the command line, `npm start`) run what `tsc -b` built. */
export default defineConfig({
  resolve: {
    alias: [
      { find: /^gatehouse$/, replacement: path('packages/server/src/index.ts') },
      { find: /^@gatehouse\/contract$/, replacement: path('packages/contract/src/index.ts') },
      { find: /^@gatehouse\/nenjo$/, replacement: path('platforms/nenjo/src/index.ts') },
    ],
  },
  test: {
    environment: 'node',
    include: ['packages/*/test/**/*.test.ts', 'platforms/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    setupFiles: [path('test/support/setup.ts')],
    globalSetup: [path('scripts/lib/test-setup.mjs')],
    pool: 'forks',
    maxWorkers: 2,
    retry: 0,
    testTimeout: 15_000,
    hookTimeout: 30_000,
    teardownTimeout: 5_000,
    passWithNoTests: false,
    allowOnly: false,
  },
});
