import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express from 'express';
import { createLogger, openGatehouse, readConfig } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';

let app: TestApp;
const closing: (() => void)[] = [];

beforeAll(async () => {
  app = await openApp(fixturePlatform);
});
afterAll(async () => {
  for (const close of closing) close();
  await app.close();
});

/** A host application that knows nothing of Gatehouse but two calls. */
const hosts = {
  'node:http': () =>
    createServer(async (request, response) => {
      const admission = await app.gatehouse.authenticate({ headers: request.headers, address: request.socket.remoteAddress ?? '' });
      if (!admission.ok) {
        response.writeHead(admission.status, admission.headers).end(JSON.stringify(admission.body));
      } else if (app.gatehouse.allow(admission.principal, 'things:write')) {
        response.end(`tenant ${admission.principal.tenant}`);
      } else {
        response.writeHead(403).end();
      }
    }),
  Express: () => {
    const host = express();
    host.use(async (request, response) => {
      const admission = await app.gatehouse.authenticate({ headers: request.headers, address: request.ip ?? '' });
      if (!admission.ok) response.status(admission.status).set(admission.headers).json(admission.body);
      else if (app.gatehouse.allow(admission.principal, 'things:write')) response.send(`tenant ${admission.principal.tenant}`);
      else response.sendStatus(403);
    });
    return createServer(host);
  },
};

describe.each(Object.entries(hosts))('in a %s server', (_name, makeServer) => {
  let url: string;
  beforeAll(async () => {
    const server = makeServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    closing.push(() => server.close());
  });

  it('a key is verified in place and held to its scopes, and a revoked one is refused', async () => {
    const writer = await app.key('ann@example.com', ['things:write']);
    const reader = await app.key('ann@example.com', ['things:read']);
    const ask = (raw: string) => fetch(url, { headers: { authorization: `Bearer ${raw}` } });
    const admitted = await ask(writer.raw);
    expect([admitted.status, await admitted.text()]).toEqual([200, `tenant ${writer.tenant}`]);
    expect((await ask(reader.raw)).status).toBe(403);
    await app.gatehouse.keys.revoke(writer.tenant, writer.id);
    const refused = await ask(writer.raw);
    expect([refused.status, await refused.json()]).toEqual([401, expect.objectContaining({ code: 'invalid_credential' })]);
    expect((await fetch(url)).headers.get('www-authenticate')).toBe(
      `Bearer resource_metadata="${new URL(url).origin}/.well-known/oauth-protected-resource/mcp", scope="things:read things:write"`,
    );
  });
});

it('a second process, or a second opening in one, never gets the same folder', async () => {
  const { gatehouse, folder } = app;
  const again = () =>
    openGatehouse({
      platform: gatehouse.platform,
      config: readConfig({ port: '0' }, {}, []),
      logger: createLogger({ level: 'silent', pretty: false }),
      database: { file: join(folder, 'gatehouse.db') },
      rootSecret: 'a root secret for tests, long enough',
    });
  await expect(again()).rejects.toThrow('one process serves one folder');
});
