// The official conformance suite against the conformance platform behind the real gate.
import { newerNode, noNewerNode } from '../../scripts/lib/newer-node.mjs';
import { installOwn } from '../../scripts/lib/own-packages.mjs';
import { NotReady } from '../../scripts/lib/prepare.mjs';
import { startKeyProxy } from './key-proxy.mjs';
import { startMember } from './member.mjs';
import { servePlatform } from './serve.mjs';
import { runSuite } from './suite.mjs';

/**
 * Runs the suite for these revisions, one after the other.
 * @throws {NotReady} where it cannot be run on this machine
 */
export async function conformance(revisions) {
  await installOwn('conformance/tools');
  const node = newerNode();
  if (node === undefined) throw new NotReady(noNewerNode());
  const closing = [];
  try {
    const member = await startMember();
    closing.push(member.close);
    const server = await servePlatform(member.environment);
    closing.push(server.close);
    const proxy = await startKeyProxy(server.url, await member.join(server));
    closing.push(proxy.close);
    const results = [];
    for (const revision of revisions) results.push(await runSuite({ node, url: `${proxy.url}/mcp`, revision }));
    return results;
  } finally {
    for (const close of closing.reverse()) await close();
  }
}
