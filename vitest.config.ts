import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import ByProject from './test/support/sequencer.js';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** In-process tests run on the sources; processes that tests start (the command line, `npm start`) run what is built of them. */
const resolve = {
  alias: [
    { find: /^gatehouse$/, replacement: path('packages/server/src/index.ts') },
    { find: /^@gatehouse\/contract$/, replacement: path('packages/contract/src/index.ts') },
    { find: /^@gatehouse\/nippy$/, replacement: path('platforms/nippy/src/index.ts') },
    { find: /^@gatehouse\/neuralrepo$/, replacement: path('platforms/neuralrepo/src/index.ts') },
    { find: /^@gatehouse\/nenjo$/, replacement: path('platforms/nenjo/src/index.ts') },
  ],
};

const each = {
  environment: 'node',
  setupFiles: [path('test/support/setup.ts')],
  pool: 'forks' as const,
  // A process runs many files with the same modules: loading the sources costs as much as the tests of most files.
  // What a file changes of its process it puts back.
  isolate: false,
  retry: 0,
  testTimeout: 15_000,
  hookTimeout: 30_000,
  allowOnly: false,
};

/** All tests on SQLite, and those of the platforms and of sessions on PostgreSQL too. */
const all = ['packages/*/test/**/*.test.ts', 'platforms/*/test/**/*.test.ts', 'test/**/*.test.ts', 'conformance/*.test.ts'];
const platforms = [
  'packages/server/test/{sessions,jobs,search,calendar,oauth,members}/**/*.test.ts',
  'platforms/*/test/**/*.test.ts',
  'test/derived/**/*.test.ts',
];

export default defineConfig({
  test: {
    projects: [
      { resolve, test: { ...each, name: 'sqlite', include: all } },
      { resolve, test: { ...each, name: 'postgres', include: platforms, env: { TEST_DATABASE: 'postgres' } } },
    ],
    globalSetup: [path('scripts/lib/test-setup.mjs')],
    sequence: { sequencer: ByProject },
    maxWorkers: 2,
    teardownTimeout: 5_000,
    passWithNoTests: false,
  },
});
