import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { startKeyProxy } from './lib/key-proxy.mjs';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** A server behind the proxy; answers the proxy's URL. */
async function behind(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(() => server.close().closeAllConnections());
  const proxy = await startKeyProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'the_key');
  open.push(proxy.close);
  return proxy.url;
}

interface Got {
  readonly status: number | undefined;
  readonly text: string;
}

function send(url: string, method: string, headers: Record<string, string>, body?: string): Promise<Got> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers, agent: false }, async (response) => {
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      resolve({ status: response.statusCode, text });
    });
    asked.on('error', reject).end(body);
  });
}

it('adds the key, in the place of any other, and leaves method, path, Host, Origin and body as they are', async () => {
  const url = await behind(async (incoming, answer) => {
    let body = '';
    for await (const chunk of incoming.setEncoding('utf8')) body += chunk;
    const { host, origin, authorization, 'x-more': more } = incoming.headers;
    answer.writeHead(207, { 'x-said': 'yes' }).end(JSON.stringify([incoming.method, incoming.url, host, origin, authorization, more, body]));
  });
  const headers = { host: 'evil.example.com', origin: 'http://evil.example.com', authorization: 'Bearer other', 'x-more': 'kept' };
  const seen = (method: string, body: string) => [method, '/mcp?a=1', headers.host, headers.origin, 'Bearer the_key', 'kept', body];
  for (const [method, body] of [
    ['POST', '{"a":"ä"}'],
    ['GET', ''],
    ['DELETE', ''],
  ] as const) {
    const { status, text } = await send(`${url}/mcp?a=1`, method, headers, body === '' ? undefined : body);
    expect(status).toBe(207);
    expect(JSON.parse(text)).toEqual(seen(method, body));
  }
});

it('passes a stream on chunk by chunk, and leaves when its client leaves', async () => {
  let left = () => {};
  const gone = new Promise<void>((resolve) => {
    left = resolve;
  });
  const url = await behind((_incoming, answer) => {
    answer.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
    answer.on('close', left);
  });
  const asked = request(url, { agent: false }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const [first] = await once(response.setEncoding('utf8'), 'data');
  expect(first).toBe('data: 1\n\n');
  asked.destroy();
  await gone;
});

it('says 502 where nobody answers', async () => {
  const proxy = await startKeyProxy('http://127.0.0.1:1', 'the_key');
  open.push(proxy.close);
  expect(await send(proxy.url, 'GET', {})).toMatchObject({ status: 502 });
});
