import { type Socket, connect, createServer } from 'node:net';

export interface SilentProxy {
  readonly port: number;
  /** From now on nothing of these sessions arrives, and nothing is closed; also of those that are opened later. Answers how many there were. */
  silence(applicationName: RegExp): number;
  /** Ends what was silent. */
  heal(): void;
  close(): Promise<void>;
}

interface Link {
  readonly ends: readonly Socket[];
  name: string | undefined;
}

/** Stands in front of PostgreSQL, and can fall silent as a network does that drops packets. */
export async function startSilentProxy(targetPort: number): Promise<SilentProxy> {
  const links = new Set<Link>();
  let silent: RegExp | undefined;
  const isSilent = ({ name }: Link): boolean => silent?.test(name ?? '') === true;
  const server = createServer((client) => {
    const upstream = connect({ host: '127.0.0.1', port: targetPort });
    const link: Link = { ends: [client, upstream], name: undefined };
    links.add(link);
    client.on('data', (chunk) => {
      // The first message of a connection holds its parameters.
      link.name ??= /application_name\0([^\0]*)\0/.exec(chunk.toString('latin1'))?.[1] ?? '';
      if (!isSilent(link)) upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (!isSilent(link)) client.write(chunk);
    });
    for (const end of link.ends) end.on('error', () => drop(link)).on('close', () => drop(link));
  });
  const drop = (link: Link): void => {
    links.delete(link);
    for (const end of link.ends) end.destroy();
  };
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    silence(applicationName) {
      silent = applicationName;
      return [...links].filter(isSilent).length;
    },
    heal() {
      const cut = [...links].filter(isSilent);
      silent = undefined;
      for (const link of cut) drop(link);
    },
    close() {
      for (const link of links) drop(link);
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
