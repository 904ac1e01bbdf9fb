// A TCP proxy in front of PostgreSQL that can fall silent for some of its connections, as a network does that drops packets:
// nothing is closed, nothing arrives.
import { connect, createServer } from 'node:net';

/**
 * @returns {Promise<{ port: number, silence(applicationName: RegExp): number, heal(): void, close(): Promise<void> }>}
 * `silence` answers how many connections it hit; those that come later with such a name are silent too, until `heal`, which ends them.
 */
export async function startProxy(targetPort) {
  const links = new Set();
  let silent;
  const server = createServer((client) => {
    const link = join(client, connect({ host: '127.0.0.1', port: targetPort, noDelay: true }), (name) => silent?.test(name) ?? false);
    links.add(link);
    client.on('close', () => links.delete(link));
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    port: server.address().port,
    silence(applicationName) {
      silent = applicationName;
      const hit = [...links].filter((link) => applicationName.test(link.name ?? ''));
      for (const link of hit) link.silent = true;
      return hit.length;
    },
    heal() {
      silent = undefined;
      for (const link of links) {
        if (!link.silent) continue;
        link.client.destroy();
        link.upstream.destroy();
      }
    },
    async close() {
      for (const { client, upstream } of links) {
        client.destroy();
        upstream.destroy();
      }
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function join(client, upstream, isSilent) {
  const link = { client, upstream, name: undefined, silent: false };
  client.setNoDelay(true);
  client.on('data', (chunk) => {
    // The first message of a connection holds its parameters (PostgreSQL protocol, StartupMessage).
    if (link.name === undefined) {
      link.name = /application_name\0([^\0]*)\0/.exec(chunk.toString('latin1'))?.[1] ?? '';
      link.silent = isSilent(link.name);
    }
    if (!link.silent) upstream.write(chunk);
  });
  upstream.on('data', (chunk) => {
    if (!link.silent) client.write(chunk);
  });
  const end = () => {
    client.destroy();
    upstream.destroy();
  };
  for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
  return link;
}
