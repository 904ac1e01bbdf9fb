// Before `gatehouse` is packed: takes along the one file of the reference's viewer that is used, with its licence.
import { copyFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { root } from './lib/prepare.mjs';

const { resolve } = createRequire(join(root, 'packages/server/package.json'));
const from = dirname(resolve('openapi-explorer/package.json'));
const to = join(root, 'packages/server/viewer');
mkdirSync(to, { recursive: true });
copyFileSync(join(from, 'dist/browser/openapi-explorer.min.js'), join(to, 'openapi-explorer.min.js'));
copyFileSync(join(from, 'LICENSE'), join(to, 'LICENSE'));
