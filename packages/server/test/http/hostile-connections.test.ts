import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { definePlatform } from 'gatehouse';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fixturePlatform, fixtureSpec } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';

let app: TestApp;
let sockets: Socket[];

beforeEach(async () => {
  app = await openApp(fixturePlatform);
  sockets = [];
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await app.close();
});

/** A client that never ends its side of the connection. */
async function open(text: string): Promise<{ readonly socket: Socket; answer(): string }> {
  const socket = connect({ port: Number(new URL(app.url).port), host: '127.0.0.1', allowHalfOpen: true });
  sockets.push(socket);
  let received = '';
  socket
    .on('error', () => undefined)
    .on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
    });
  await once(socket, 'connect');
  socket.write(text, 'latin1');
  return { socket, answer: () => received };
}

describe('a client that keeps its side of the connection open', () => {
  it('after it sent what is no HTTP, is told so and does not keep the server from closing', async () => {
    const { socket, answer } = await open('nonsense\r\n\r\n');
    await once(socket, 'end');
    expect(answer()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    const began = performance.now();
    await app.gatehouse.close();
    expect(performance.now() - began).toBeLessThan(4000);
  });
});

describe('the access log', () => {
  it.each([
    ['a body that is too large', 'POST /api/v1/things HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n', 413],
    ['a path that is no UTF-8', 'GET /api/v1/%E0%A4 HTTP/1.1\r\nHost: localhost\r\n\r\n', 400],
  ])('has a line for %s', async (_what, text, status) => {
    const { socket } = await open(text);
    await once(socket, 'data');
    const lines = app
      .logged()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toEqual([expect.objectContaining({ event: 'request', status, address: '127.0.0.1' })]);
  });

  it.each(['evil.example', 'localhost.evil.example'])('and the check of the host go before a path that is no UTF-8: %s', async (host) => {
    const { socket, answer } = await open(`GET /api/v1/%E0%A4 HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    await once(socket, 'data');
    expect(answer()).toMatch(/^HTTP\/1\.1 421 /);
  });
});

describe('a platform whose presenter fails', () => {
  it('answers 500 and goes on', async () => {
    const fine = new Set(['unauthenticated']);
    const platform = definePlatform({
      ...fixtureSpec,
      present: {
        rest({ code }) {
          if (fine.has(code)) return { code };
          throw new Error('no words');
        },
      },
    });
    const broken = await openApp(platform);
    try {
      const key = await broken.key('ann@example.com');
      for (const path of ['/api/v1/nothing', '/api/v1/things/x', '/api/v1/%ff']) {
        const answer = await broken.call('GET', path, { token: key.raw });
        expect([path, answer.status, answer.text]).toEqual([path, 500, '']);
      }
      expect((await broken.call('GET', '/api/v1/things')).body).toEqual({ code: 'unauthenticated' });
      expect(broken.logged()).toContain('no words');
    } finally {
      await broken.close();
    }
  });
});
