import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';

let app: TestApp;
let key: string;

beforeAll(async () => {
  app = await openApp(fixturePlatform);
  key = (await app.key('ann@example.com')).raw;
});
afterAll(() => app.close());

/** All that comes back until the server ends the connection; our side ends behind what is sent. */
async function sent(text: string): Promise<string> {
  const socket = connect({ port: Number(new URL(app.url).port), host: '127.0.0.1', allowHalfOpen: true });
  let received = '';
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString('latin1');
  });
  socket.end(text, 'latin1');
  await once(socket, 'end');
  return received;
}

const statusesIn = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
const bodyIn = (text: string) => JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)) as Record<string, unknown>;
const auth = () => `Authorization: Bearer ${key}`;

describe('what is HTTP, but not as most clients speak it', () => {
  it('a request of HTTP/1.1 without a Host is told so in the shape of every failure', async () => {
    const answer = await sent('GET /api/v1/greeting HTTP/1.1\r\n\r\n');
    expect(statusesIn(answer)).toEqual([400]);
    expect(bodyIn(answer)).toMatchObject({ code: 'malformed_request', request_id: /x-request-id: (.*)\r/i.exec(answer)?.[1] });
  });

  it('a request of HTTP/1.0 needs none', async () => {
    expect(statusesIn(await sent('GET /api/v1/greeting HTTP/1.0\r\n\r\n'))).toEqual([200]);
  });

  it.each(['200-ok', '', 'x, y'])('an expectation that nobody knows is not met, and the request is served: %j', async (expectation) => {
    expect(statusesIn(await sent(`GET /api/v1/greeting HTTP/1.1\r\nHost: localhost\r\nExpect: ${expectation}\r\n\r\n`))).toEqual([200]);
  });

  it('who waits for leave to send the body gets it', async () => {
    const body = '{"name":"waited"}';
    const head = `POST /api/v1/things HTTP/1.1\r\nHost: localhost\r\n${auth()}\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n`;
    expect(statusesIn(await sent(head + body))).toEqual([100, 201]);
  });

  // RFC 9112, section 3.2.2: what the target says of the host counts, not the header.
  it.each([
    ['http://localhost/api/v1/greeting', 'localhost', 200],
    ['HTTP://localhost:4100/api/v1/greeting?', 'evil.example', 200],
    ['http://evil.example/api/v1/greeting', 'localhost', 421],
    ['http://localhost', 'localhost', 404],
    ['http://localhost?x', 'localhost', 404],
    ['ftp://localhost/api/v1/greeting', 'localhost', 404],
  ])('a target may be whole: %s with the header Host: %s', async (target, host, status) => {
    expect(statusesIn(await sent(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`))).toEqual([status]);
  });

  it('a request to upgrade is answered as if it had not asked', async () => {
    expect(statusesIn(await sent('GET /api/v1/greeting HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n'))).toEqual([200]);
  });

  it('a server is no proxy: CONNECT is told so', async () => {
    const answer = await sent('CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(statusesIn(answer)).toEqual([400]);
    expect(bodyIn(answer)).toMatchObject({ code: 'malformed_request' });
  });
});

describe('a request that breaks off in its body', () => {
  it.each([
    ['a body shorter than it was said to be', 'Content-Length: 40\r\n\r\n{"jsonrpc"'],
    ['a chunk that is not whole', 'Transfer-Encoding: chunked\r\n\r\n28\r\n{"jsonrpc"'],
    ['chunks without an end', 'Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n'],
    ['a size that is no number', 'Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n'],
    ['more than there is room for', 'Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}'],
  ])('is refused, and the connection ended: %s', async (_what, rest) => {
    const answer = await sent(`POST /mcp HTTP/1.1\r\nHost: localhost\r\n${auth()}\r\nContent-Type: application/json\r\n${rest}`);
    expect(statusesIn(answer)).toEqual([400]);
    expect(answer).toMatch(/connection: close/i);
    expect(answer).toContain('malformed_request');
  });

  it('is left alone where nobody reads it', async () => {
    expect(statusesIn(await sent('GET /api/v1/greeting HTTP/1.1\r\nHost: localhost\r\nContent-Length: 40\r\n\r\n{"x"'))).toEqual([200]);
  });
});

describe('requests sent at once, of which a later one is broken', () => {
  it('the whole ones are answered first, each with its own answer', async () => {
    const ping = (id: number) => {
      const body = JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'things_list', arguments: {} } });
      return `POST /mcp HTTP/1.1\r\nHost: localhost\r\n${auth()}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    };
    const answer = await sent(`${ping(1)}${ping(2)}${ping(3)}nonsense\r\n\r\n${'more '.repeat(20_000)}`);
    expect(statusesIn(answer)).toEqual([200, 200, 200, 400]);
    expect([...answer.matchAll(/"id":(\d)/g)].map(([, id]) => Number(id))).toEqual([1, 2, 3]);
  });
});
