// A Node that is new enough for programs that want more than we do: the one that runs, or the one that an npm package brings.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './prepare.mjs';

/** Kept out of the checkout's own packages: its link `.bin/node` would become the Node of every `npm run`. */
const packaged = join(root, `conformance/tools/node_modules/node-${process.platform}-${process.arch}`);

/**
 * The path of a Node of at least this version; undefined where there is none.
 * @param {string} wanted `22.19`
 */
export function newerNode(wanted = '22.19') {
  if (atLeast(process.versions.node, wanted)) return process.execPath;
  const brought = packagedVersion();
  return brought !== undefined && atLeast(brought, wanted) ? join(packaged, 'bin/node') : undefined;
}

/** What to tell people where `newerNode` finds none. */
export function noNewerNode(wanted = '22.19') {
  return `This needs Node ${wanted} or later, and there is none beside Node ${process.versions.node}: run it with a newer one.`;
}

function packagedVersion() {
  try {
    return JSON.parse(readFileSync(join(packaged, 'package.json'), 'utf8')).version;
  } catch {
    return undefined;
  }
}

function atLeast(version, wanted) {
  const [[major, minor], [wantedMajor, wantedMinor = 0]] = [version, wanted].map((text) => text.split('.').map(Number));
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}
