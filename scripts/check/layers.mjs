// Imports point down: who may import whom, and which third-party code is allowed where. Type imports count.
import { importsOf, packageOf } from './imports.mjs';

/**
 * The first layer whose `files` matches a path is its layer. In `may`, `types:x` allows type-only imports of x.
 * `packages` lists third-party packages, `types:` likewise; `node:*` is every module of Node.
 */
const LAYERS = [
  { name: 'contract', files: /^packages\/contract\/src\//, may: [], packages: ['zod'] },
  { name: 'domain', files: /^packages\/server\/src\/domain\//, may: ['contract'], packages: ['node:crypto', 'node:zlib', 'jose', 'ipaddr.js'] },
  { name: 'store unit', files: /^packages\/server\/src\/store\/unit\.ts$/, may: ['store ports', 'domain', 'contract'], packages: ['types:kysely'] },
  { name: 'store ports', files: /^packages\/server\/src\/store\/[^/]+\.ts$/, may: ['store unit', 'domain', 'contract'], packages: [] },
  {
    name: 'store/sql',
    files: /^packages\/server\/src\/store\/sql\//,
    may: ['store ports', 'store unit', 'domain', 'contract'],
    packages: ['node:*', 'kysely'],
  },
  {
    name: 'store/sqlite',
    files: /^packages\/server\/src\/store\/sqlite\//,
    may: ['store/sql', 'store ports', 'store unit', 'domain', 'contract'],
    packages: ['node:*', 'kysely', 'better-sqlite3'],
  },
  { name: 'store/fleet', files: /^packages\/server\/src\/store\/fleet\//, may: ['store ports', 'domain', 'contract'], packages: ['node:*'] },
  {
    name: 'store/postgres',
    files: /^packages\/server\/src\/store\/postgres\//,
    may: ['store/fleet', 'store/sql', 'store ports', 'store unit', 'domain', 'contract'],
    packages: ['node:*', 'kysely', 'pg'],
  },
  {
    name: 'services',
    files: /^packages\/server\/src\/services\//,
    may: ['store ports', 'store unit', 'domain', 'contract'],
    packages: ['node:*', 'jose', 'ipaddr.js', 'openid-client', 'nodemailer'],
  },
  {
    name: 'runtime',
    files: /^packages\/server\/src\/runtime\//,
    may: ['services', 'domain', 'contract', 'types:store ports', 'types:store unit'],
    packages: ['node:*', 'zod'],
  },
  { name: 'surfaces', files: /^packages\/server\/src\/surfaces\/[^/]+\.ts$/, may: ['runtime', 'contract', 'domain'], packages: ['node:*'] },
  {
    name: 'surfaces/rest',
    files: /^packages\/server\/src\/surfaces\/rest\//,
    may: ['surfaces', 'runtime', 'contract', 'types:domain'],
    packages: ['node:*', 'find-my-way', 'content-disposition'],
  },
  { name: 'surfaces/mcp', files: /^packages\/server\/src\/surfaces\/mcp\//, may: ['surfaces', 'runtime', 'contract', 'types:domain'], packages: ['node:*'] },
  { name: 'surfaces/metrics', files: /^packages\/server\/src\/surfaces\/metrics\//, may: ['surfaces', 'contract', 'domain'], packages: ['node:*'] },
  { name: 'surfaces/webhooks', files: /^packages\/server\/src\/surfaces\/webhooks\//, may: ['surfaces', 'contract', 'domain'], packages: [] },
  {
    name: 'surfaces/reference',
    files: /^packages\/server\/src\/surfaces\/reference\//,
    may: ['surfaces', 'runtime', 'contract', 'types:domain'],
    packages: ['node:*'],
  },
  { name: 'surfaces/pages', files: /^packages\/server\/src\/surfaces\/pages\//, may: ['surfaces', 'contract', 'domain'], packages: [] },
  {
    name: 'surfaces/people',
    files: /^packages\/server\/src\/surfaces\/(sign-in|account|public-pages)\//,
    may: ['surfaces/pages', 'surfaces', 'runtime', 'contract', 'domain'],
    packages: ['node:*'],
  },
  {
    // The one exception: its wire is fixed by RFCs, and the library that speaks it wants to be given what it keeps things in.
    name: 'surfaces/oauth',
    files: /^packages\/server\/src\/surfaces\/oauth\//,
    may: ['surfaces/pages', 'surfaces', 'services', 'runtime', 'contract', 'domain', 'types:store ports'],
    packages: ['node:*', 'oidc-provider', 'light-my-request'],
  },
  {
    name: 'adapters',
    files: /^packages\/server\/src\/adapters\//,
    may: ['app', 'exports', 'config', 'surfaces', 'types:runtime', 'domain', 'contract'],
    packages: ['node:*', 'ipaddr.js', 'pino', 'pino-pretty'],
  },
  {
    name: 'data folder',
    files: /^packages\/server\/src\/(data-folder|durable-file|backup|postgres-place)\.ts$/,
    may: ['store/sqlite', 'store/postgres', 'services', 'types:*'],
    packages: ['node:*'],
  },
  {
    // Asks a server as anybody could, so it knows nothing of one.
    name: 'doctor/clients',
    files: /^packages\/server\/src\/doctor\/clients\//,
    may: [],
    packages: ['node:*', 'ipaddr.js'],
  },
  {
    name: 'doctor',
    files: /^packages\/server\/src\/doctor\//,
    may: ['app', 'config', 'runtime', 'store/sqlite', 'store/postgres', 'store/sql', 'store ports', 'store unit', 'domain', 'contract', 'types:services'],
    packages: ['node:*', 'kysely', 'zod'],
  },
  {
    name: 'cli',
    files: /^packages\/server\/src\/cli\//,
    may: ['app', 'exports', 'doctor', 'doctor/clients', 'data folder', 'config', 'adapters', 'domain', 'types:*'],
    packages: ['node:*', 'commander'],
  },
  { name: 'config', files: /^packages\/server\/src\/config(-[^/]+)?\.ts$/, may: ['domain', 'contract', 'types:*'], packages: ['node:*', 'ipaddr.js'] },
  { name: 'app', files: /^packages\/server\/src\/((app|open-store)\.ts$|wiring\/)/, may: ['*'], packages: ['node:*', 'pino', 'pino-pretty'] },
  { name: 'exports', files: /^packages\/server\/src\/index\.ts$/, may: ['*'], packages: [] },
  { name: 'platform', files: /^(platforms\/[^/]+|conformance\/platform)\/src\//, may: ['exports', 'contract'], packages: ['node:*', 'zod'] },
];

/** Modules that reach the network: requests go out through services/egress alone (house rule 21). */
const NETWORK = /^node:(http|https|http2|net|tls|dgram|dns)(\/|$)/;
const MAY_REACH_OUT = /^packages\/server\/src\/(adapters|cli|doctor)\/|^packages\/server\/src\/services\/egress(\/|[^/]*\.ts$)/;

/** The tests of a platform stand where its users stand: they may use its sources and the tests' own tools, but no insides of the server. */
const PLATFORM_TEST = /^platforms\/([^/]+)\/test\//;

export const layers = {
  name: 'layers',
  run(tree) {
    const sources = tree.code.filter((file) => /^(packages|platforms|conformance)\/[^/]+\/src\//.test(file));
    const tests = tree.code.filter((file) => PLATFORM_TEST.test(file));
    const problems = [...sources.flatMap((file) => offences(tree, file)), ...tests.flatMap((file) => insides(tree, file))];
    return { summary: `${sources.length} files`, problems };
  },
};

function layerOf(file) {
  return LAYERS.find((layer) => layer.files.test(file));
}

function offences(tree, file) {
  const layer = layerOf(file);
  if (layer === undefined)
    return [{ file, what: 'this file is in no layer', fix: 'move it, or add its folder to scripts/check/layers.mjs and docs/decisions' }];
  return importsOf(tree, file).flatMap((found) => {
    const what = found.to === undefined ? foreign(layer, file, found) : inner(layer, file, found);
    return what === undefined ? [] : [{ file, line: found.line, ...what }];
  });
}

function inner(layer, file, { from, to, typeOnly }) {
  const target = layerOf(to);
  if (target === undefined) return { what: `imports ${from}, which is in no layer or does not exist`, fix: 'import a source file of a layer below' };
  if (layer.name === 'platform' && target.name === 'platform') {
    if (to.split('/')[1] === file.split('/')[1]) return undefined;
  } else if (target === layer) return undefined;
  if (allowed(layer.may, target.name, typeOnly)) return undefined;
  return {
    what: `${layer.name} imports ${target.name} (${from})`,
    fix: `${layer.name} may import ${list(layer.may)}: take what is needed as a parameter, or move the code`,
  };
}

function foreign(layer, file, { from, typeOnly }) {
  const name = packageOf(from);
  if (NETWORK.test(name) && !MAY_REACH_OUT.test(file) && !typeOnly) return { what: `imports ${from}`, fix: 'requests go out through services/egress' };
  if (allowed(layer.packages, name, typeOnly) || (name.startsWith('node:') && layer.packages.includes('node:*'))) return undefined;
  return { what: `${layer.name} imports ${name}`, fix: `third-party code allowed in ${layer.name}: ${list(layer.packages)}` };
}

function insides(tree, file) {
  const own = `platforms/${PLATFORM_TEST.exec(file)[1]}/`;
  return importsOf(tree, file)
    .filter(({ from, to }) => from.startsWith('.') && !to.startsWith(own) && !/^(test\/support|conformance\/lib)\//.test(to))
    .map(({ from, line }) => ({ file, line, what: `a platform's test reaches outside its platform (${from})`, fix: 'use the public exports of `gatehouse`' }));
}

function allowed(list, name, typeOnly) {
  return list.includes(name) || list.includes('*') || (typeOnly && (list.includes(`types:${name}`) || list.includes('types:*')));
}

function list(names) {
  return names.length === 0
    ? 'nothing'
    : names.map((name) => name.replace(/^types:(.*)$/, 'types of $1').replace('types of *', 'types of any layer')).join(', ');
}
