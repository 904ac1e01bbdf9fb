// Few dependencies, each with its reason, pinned, and fit for the oldest Node that is promised (house rule 18).
import { posix } from 'node:path';
import { satisfies } from './node-range.mjs';

const RECORD = 'docs/decisions/dependencies.md';
const OLDEST_NODE = '20.19.0';
/** Beside the checkout's own. The tools have a lock file of their own, and run under a newer Node. */
const MANIFESTS = /^((packages|platforms)\/[^/]+|conformance\/tools)\/package\.json$/;
const KINDS = ['dependencies', 'optionalDependencies', 'peerDependencies', 'devDependencies'];
/** Packages that ask for a newer Node than ours although what we use of them runs: each with its reason in the record. */
const EXCUSED_FROM_NODE = /^Asks for a newer Node: `([^`]+)`/gm;

export const dependencies = {
  name: 'dependencies',
  run(tree) {
    const manifests = tree.files.filter((file) => file === 'package.json' || MANIFESTS.test(file));
    const own = new Set(manifests.map((file) => JSON.parse(tree.text(file)).name));
    const used = manifests.flatMap((file) => entries(tree, file)).filter(({ name }) => !own.has(name));
    const record = tree.files.includes(RECORD) ? tree.text(RECORD) : '';
    const names = new Set(used.map(({ name }) => name));
    const problems = [
      ...used.filter(loose).map(unpinned),
      ...unlocked(tree, used),
      ...unexplained(names, record),
      ...stale(names, record),
      ...nodeOffences(tree, record),
    ];
    return { summary: `${names.size} direct`, problems };
  },
};

function entries(tree, file) {
  const manifest = JSON.parse(tree.text(file));
  return KINDS.flatMap((kind) => Object.entries(manifest[kind] ?? {}).map(([name, version]) => ({ file, name, version })));
}

function loose({ version }) {
  return !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version);
}

function unpinned({ file, name, version }) {
  return { file, what: `${name} is not pinned (${version})`, fix: 'npm install --save-exact' };
}

/** `npm install` would mend this in silence, on one machine. */
function unlocked(tree, used) {
  return used
    .map((entry) => ({ ...entry, lock: lockOf(tree, entry.file) }))
    .filter(({ file, name, version, lock }) => {
      const locked = JSON.parse(tree.text(lock)).packages;
      return (locked[`${posix.dirname(file)}/node_modules/${name}`] ?? locked[`node_modules/${name}`])?.version !== version;
    })
    .map(({ file, name, version, lock }) => ({ file, what: `${lock} does not hold ${name} ${version}`, fix: 'npm install, and commit the lock file' }));
}

/** The lock file beside a manifest, or the checkout's. */
function lockOf(tree, manifest) {
  const own = posix.join(posix.dirname(manifest), 'package-lock.json');
  return tree.files.includes(own) ? own : 'package-lock.json';
}

function unexplained(names, record) {
  return [...names]
    .filter((name) => !record.includes(`| \`${name}\` |`))
    .map((name) => ({ file: RECORD, what: `${name} has no line`, fix: 'say why it is here, its licence, and whether it runs on Node 20' }));
}

function stale(names, record) {
  return [...record.matchAll(/^\| `([^`]+)` \|/gm)]
    .filter(([, name]) => !names.has(name))
    .map(([, name]) => ({ file: RECORD, what: `${name} has a line, but nothing depends on it`, fix: 'remove the line' }));
}

/** npm installs a package that wants a newer Node in silence; the lock file tells. */
function nodeOffences(tree, record) {
  const excused = new Set([...record.matchAll(EXCUSED_FROM_NODE)].map(([, name]) => name));
  const locked = JSON.parse(tree.text('package-lock.json')).packages;
  return Object.entries(locked)
    .filter(([path, { engines }]) => path !== '' && engines?.node !== undefined && !excused.has(posix.basename(path)) && !satisfies(OLDEST_NODE, engines.node))
    .map(([path, { engines }]) => ({
      file: 'package-lock.json',
      what: `${path} wants Node ${engines.node}`,
      fix: `pin a version that runs on ${OLDEST_NODE}`,
    }));
}
