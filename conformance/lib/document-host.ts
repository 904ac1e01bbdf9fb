import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSigned } from './certificate.js';

/** A host on loopback by https, where programs publish their metadata documents and keys. */
export interface DocumentHost {
  /** What a server is started with that trusts the host as it trusts others: by the authority behind its certificate. */
  readonly environment: { readonly NODE_EXTRA_CA_CERTS: string };
  /** @returns the address */
  publish(path: string, document: (url: string) => object): string;
  close(): Promise<void>;
}

export async function startDocumentHost(): Promise<DocumentHost> {
  const folder = mkdtempSync(join(tmpdir(), 'gh-cert-'));
  const { cert, key } = selfSigned();
  const trusted = join(folder, 'cert.pem');
  writeFileSync(trusted, cert);
  const documents = new Map<string, object>();
  const server = createServer({ cert, key }, (request, response) => {
    const document = documents.get(request.url ?? '');
    if (document === undefined) response.writeHead(404).end();
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(document));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    environment: { NODE_EXTRA_CA_CERTS: trusted },
    publish(path, document) {
      documents.set(path, document(origin + path));
      return origin + path;
    },
    async close() {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
