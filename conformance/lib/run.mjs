// The official conformance suite against the conformance platform behind the real gate.
import { newerNode, noNewerNode } from '../../scripts/lib/newer-node.mjs';
import { installOwn } from '../../scripts/lib/own-packages.mjs';
import { NotReady } from '../../scripts/lib/prepare.mjs';
import { AUTHORIZATION, runAuthorization } from './authorization.mjs';
import { startKeyProxy } from './key-proxy.mjs';
import { startMember } from './member.mjs';
import { servePlatform } from './serve.mjs';
import { REVISIONS, runSuite } from './suite.mjs';

/** What can be run: the server for each revision, and its authorization server. */
export const LEGS = [...REVISIONS, AUTHORIZATION];

/**
 * Runs the suite for these legs, one after the other.
 * @throws {NotReady} where it cannot be run on this machine
 */
export async function conformance(legs) {
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
    for (const leg of legs) {
      if (leg === AUTHORIZATION) results.push(await runAuthorization({ node, url: server.url, cookie: await server.session() }));
      else results.push(await runSuite({ node, url: `${proxy.url}/mcp`, revision: leg }));
    }
    return results;
  } finally {
    for (const close of closing.reverse()) await close();
  }
}
