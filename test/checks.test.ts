import { describe, expect, test } from 'vitest';
import { ambient } from '../scripts/check/ambient.mjs';
import { cycles } from '../scripts/check/cycles.mjs';
import { dependencies } from '../scripts/check/dependencies.mjs';
import { layers } from '../scripts/check/layers.mjs';
import { leaks } from '../scripts/check/leaks.mjs';
import { satisfies } from '../scripts/check/node-range.mjs';
import { functionSizes, sizes } from '../scripts/check/sizes.mjs';
import { treeOf } from '../scripts/check/tree.mjs';
import { unsafe } from '../scripts/check/unsafe.mjs';
import { words } from '../scripts/check/words.mjs';
import { checkNode } from '../scripts/lib/prepare.mjs';

const server = 'packages/server/src';

function tree(files: Record<string, string>) {
  return treeOf('.', Object.keys(files).sort(), (file: string) => files[file] ?? '');
}

/** `file:line what` of each problem, as the check would print it. */
function told(check: { run: (tree: ReturnType<typeof treeOf>) => { problems: readonly object[] } }, files: Record<string, string>): string[] {
  return (check.run(tree(files)).problems as { file: string; line?: number; what: string }[]).map(({ file, line, what }) => `${file}:${line ?? ''} ${what}`);
}

describe('layers', () => {
  const below = { [`${server}/services/keys.ts`]: 'export const keys = 1;', [`${server}/domain/rights.ts`]: 'export type R = 1;' };

  test.each([
    ['imported value', "import { keys } from '../services/keys.js';"],
    ['imported type', "import type { keys } from '../services/keys.js';"],
    ['type inside a type', "export type K = typeof import('../services/keys.js');"],
    ['re-export', "export { keys } from '../services/keys.js';"],
    ['dynamic import', "export const load = () => import('../services/keys.js');"],
  ])('a layer above is caught: %s', (_what, source) => {
    expect(told(layers, { ...below, [`${server}/domain/a.ts`]: source })).toEqual([`${server}/domain/a.ts:1 domain imports services (../services/keys.js)`]);
  });

  test('an import of a layer below passes', () => {
    expect(told(layers, { ...below, [`${server}/services/a.ts`]: "import type { R } from '../domain/rights.js';\nexport type A = R;" })).toEqual([]);
  });

  test('a layer that may name only types of another may not use its values', () => {
    const file = `${server}/surfaces/rest/a.ts`;
    expect(told(layers, { ...below, [file]: "import type { R } from '../../domain/rights.js';" })).toEqual([]);
    expect(told(layers, { ...below, [file]: "import { r } from '../../domain/rights.js';" })).toEqual([
      `${file}:1 surfaces/rest imports domain (../../domain/rights.js)`,
    ]);
  });

  test('surfaces do not import each other', () => {
    const files = { [`${server}/surfaces/mcp/a.ts`]: 'export const a = 1;', [`${server}/surfaces/rest/b.ts`]: "import { a } from '../mcp/a.js';" };
    expect(told(layers, files)).toEqual([`${server}/surfaces/rest/b.ts:1 surfaces/rest imports surfaces/mcp (../mcp/a.js)`]);
  });

  test('third-party code is allowed only in its layer', () => {
    expect(told(layers, { [`${server}/services/a.ts`]: "import { sql } from 'kysely';" })).toEqual([`${server}/services/a.ts:1 services imports kysely`]);
    expect(told(layers, { [`${server}/store/unit.ts`]: "import { sql } from 'kysely';" })).toEqual([`${server}/store/unit.ts:1 store unit imports kysely`]);
    expect(told(layers, { [`${server}/store/unit.ts`]: "import type { QueryCreator } from 'kysely';" })).toEqual([]);
  });

  test('the network is reached through egress alone', () => {
    const source = "import { request } from 'node:https';";
    expect(told(layers, { [`${server}/services/a.ts`]: source })).toEqual([`${server}/services/a.ts:1 imports node:https`]);
    expect(told(layers, { [`${server}/services/egress.ts`]: source })).toEqual([]);
  });

  test('a platform stands on public exports, in its tests too', () => {
    const manifests = { 'packages/server/package.json': '{"name":"gatehouse"}', [`${server}/index.ts`]: 'export {};' };
    const inside = "import { keys } from '../../../packages/server/src/services/keys.js';";
    expect(told(layers, { ...manifests, 'platforms/x/src/a.ts': "import { bind } from 'gatehouse';" })).toEqual([]);
    expect(told(layers, { ...below, 'platforms/x/src/a.ts': inside })).toHaveLength(1);
    expect(told(layers, { ...below, 'platforms/x/test/a.test.ts': inside })).toHaveLength(1);
  });

  test('a source file outside of every layer is caught', () => {
    expect(told(layers, { [`${server}/misc/a.ts`]: '' })).toEqual([`${server}/misc/a.ts: this file is in no layer`]);
  });
});

test('a cycle is caught, type imports included', () => {
  const files = { [`${server}/domain/a.ts`]: "import type { B } from './b.js';", [`${server}/domain/b.ts`]: "import type { A } from './a.js';" };
  expect(told(cycles, files)).toEqual([`${server}/domain/a.ts: imports itself: ${server}/domain/a.ts → ${server}/domain/b.ts → ${server}/domain/a.ts`]);
});

test('a file of 400 lines passes, one more does not; at most one file in ten has more than 200', () => {
  const small = Object.fromEntries(Array.from({ length: 18 }, (_none, index) => [`scripts/${index}.mjs`, '\n']));
  expect(told(sizes, { ...small, 'scripts/a.mjs': '\n'.repeat(400), 'scripts/b.mjs': '\n'.repeat(200) })).toEqual([]);
  expect(told(sizes, { ...small, 'scripts/a.mjs': '\n'.repeat(401) })).toEqual(['scripts/a.mjs: 401 lines, of at most 400']);
  const three = { 'scripts/a.mjs': '\n'.repeat(201), 'scripts/b.mjs': '\n'.repeat(201), 'scripts/c.mjs': '\n'.repeat(201) };
  expect(told(sizes, { ...small, ...three })).toEqual([expect.stringContaining('3 of 21 files have more than 200 lines')]);
});

test('a function of 50 lines passes, one more does not; tests are free', () => {
  const lines = (count: number) => `const long = () => {${'\n'.repeat(count - 1)}};\n`;
  expect(told(functionSizes, { 'scripts/a.mjs': lines(50) })).toEqual([]);
  expect(told(functionSizes, { 'scripts/a.mjs': lines(51) })).toEqual(['scripts/a.mjs:1 long has 51 lines, of at most 50']);
  expect(told(functionSizes, { 'test/a.test.ts': lines(51) })).toEqual([]);
});

// Put together here, so that this file does not hold what it looks for.
const mark = ['TO', 'DO'].join('');
const only = ['test.', 'only('].join('');
const cast = ['as', 'any'].join(' ');
const suppression = ['@ts', 'ignore'].join('-');
const ignore = ['biome', 'ignore'].join('-');

test('leftover marks and suppressed checks are caught, comments included', () => {
  for (const text of [`// ${mark}: later`, `x ${cast}`, `// ${suppression}`, `// ${ignore} lint: x`]) {
    expect(told(words, { 'scripts/a.mjs': `\n${text}` }), text).toHaveLength(1);
  }
  expect(told(words, { 'scripts/a.mjs': `// ${ignore} lint/style/useConst: assigned by the template above` })).toEqual([]);
});

test('a test that runs alone is caught', () => {
  expect(told(words, { 'test/a.test.ts': `${only}'x', () => {});` })).toHaveLength(1);
});

test('clock, chance and environment are caught outside of the wiring, and free inside', () => {
  const source = 'export const a = [Date.now(), new Date(), Math.random(), process.env.HOME, new Date(0)];';
  const uses = ['Date.now', 'new Date()', 'Math.random', 'process.env'];
  expect(told(ambient, { [`${server}/services/a.ts`]: source })).toEqual(uses.map((use) => `${server}/services/a.ts:1 ${use}`));
  expect(told(ambient, { [`${server}/config.ts`]: source, [`${server}/app.ts`]: source, [`${server}/cli/a.ts`]: source })).toEqual([]);
});

test('every use of unsafe is listed', () => {
  expect(unsafe.run(tree({ 'platforms/x/src/a.ts': '\ncontext.unsafe();' })).notes).toEqual(['platforms/x/src/a.ts:2']);
});

test('a path of a machine and the host of a registry are caught, a route is not', () => {
  const lock = { 'package-lock.json': '{"resolved": "packages/contract"}' };
  for (const folder of ['work', 'tmp', 'root']) expect(told(leaks, { ...lock, 'docs/a.md': `see /${folder}/x` }), folder).toHaveLength(1);
  const host = ['https:', '', 'registry.example.com', 'x'].join('/');
  expect(told(leaks, { ...lock, 'docs/a.md': host })).toEqual(['docs/a.md:1 names the host of a package registry']);
  expect(told(leaks, { ...lock, 'docs/a.md': 'GET /api/v1/work/1, framework/x, registry.find(1)' })).toEqual([]);
  expect(told(leaks, { 'package-lock.json': `"resolved": "${host}"` })).toHaveLength(1);
});

describe('dependencies', () => {
  const lock = { 'package-lock.json': '{"packages":{"node_modules/a":{"version":"1.0.0","engines":{"node":">=18"}}}}' };
  const record = { 'docs/decisions/dependencies.md': '| `a` | x |\n' };

  test('a loose version, a lock file that disagrees, a package without its line and a line without its package are caught', () => {
    expect(told(dependencies, { ...lock, ...record, 'package.json': '{"dependencies":{"a":"^1.0.0"}}' })).toEqual([
      'package.json: a is not pinned (^1.0.0)',
      'package.json: package-lock.json does not hold a ^1.0.0',
    ]);
    expect(told(dependencies, { ...lock, 'package.json': '{"dependencies":{"a":"1.0.0"}}' })).toEqual(['docs/decisions/dependencies.md: a has no line']);
    expect(told(dependencies, { ...lock, ...record, 'package.json': '{}' })).toEqual([
      'docs/decisions/dependencies.md: a has a line, but nothing depends on it',
    ]);
  });

  test('a package that wants a newer Node than 20.19 is caught, however deep it lies', () => {
    const deep = { 'package-lock.json': '{"packages":{"node_modules/a/node_modules/b":{"engines":{"node":">=22"}}}}' };
    expect(told(dependencies, { ...deep, 'package.json': '{}' })).toEqual(['package-lock.json: node_modules/a/node_modules/b wants Node >=22']);
  });
});

test.each([
  ['^20.19.0 || >=22.12.0', true],
  ['20.x || 22.x', true],
  ['>= 18', true],
  ['>=18 <20', false],
  ['~20.19.0', true],
  ['~20.18', false],
  ['*', true],
  ['>=20.19.1', false],
  ['^18.0.0', false],
  ['22', false],
])('Node 20.19.0 in the range "%s": %s', (range, expected) => {
  expect(satisfies('20.19.0', range)).toBe(expected);
});

test('a Node older than 20.19 is refused in one sentence', () => {
  expect(() => checkNode('20.18.3')).toThrow(/^Gatehouse needs Node 20\.19 or later .*; this is Node 20\.18\.3\.$/);
  for (const version of ['20.19.0', '22.0.0', '24.21.0']) expect(() => checkNode(version)).not.toThrow();
});
