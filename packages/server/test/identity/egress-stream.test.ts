import { type RequestListener, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { EgressError } from '../../src/services/egress-body.js';
import { createEgress } from '../../src/services/egress.js';

const running: Server[] = [];

afterEach(async () => {
  for (const server of running.splice(0)) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});

async function serve(handler: RequestListener): Promise<string> {
  const server = createServer(handler);
  running.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const development = createEgress({ allowLoopback: true });
const failure = (reason: string) => ({ ok: false, reason });

describe('an answer as it comes', () => {
  const read = async (body: AsyncIterable<Buffer>): Promise<string[]> => {
    const parts: string[] = [];
    for await (const chunk of body) parts.push(chunk.toString());
    return parts;
  };

  test('each part is there before the next is sent, and the connection closes at the end', async () => {
    let more = (): void => {};
    const url = await serve((_request, response) => {
      response.setHeader('content-type', 'text/event-stream').write('one');
      more = () => response.end('two');
    });
    const answer = await development.stream(url);
    if (!answer.ok) throw new Error(answer.reason);
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'text/event-stream' } });
    const parts: string[] = [];
    for await (const chunk of answer.body) {
      parts.push(chunk.toString());
      if (parts.length === 1) more();
    }
    expect(parts).toEqual(['one', 'two']);
  });

  test('the body goes out by POST; an error status is an answer; a redirect is none, nor what is forbidden or compressed', async () => {
    let sent = '';
    const url = await serve((request, response) => {
      if (request.url === '/away') return response.writeHead(307, { location: '/' }).end();
      if (request.url === '/packed') return response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'));
      request.on('data', (chunk: Buffer) => {
        sent += chunk.toString();
      });
      return request.on('end', () => response.writeHead(429).end('slow down'));
    });
    const answer = await development.stream(url, { method: 'POST', body: 'hello' });
    expect([answer.ok && answer.status, answer.ok && (await read(answer.body)), sent]).toEqual([429, ['slow down'], 'hello']);
    expect(await development.stream(`${url}/away`)).toEqual(failure('redirect'));
    expect(await development.stream(`${url}/packed`)).toEqual(failure('encoded'));
    expect(await createEgress({ allowLoopback: false }).stream(url.replace('http:', 'https:'))).toEqual(failure('forbidden_address'));
  });

  test('silence, a body over the cap, the end of the time, and a connection that breaks end it with the reason', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/mute') return;
      response.write('x'.repeat(10));
      if (request.url === '/cut') setTimeout(() => response.destroy(), 10);
      if (request.url === '/large') response.end('x'.repeat(10));
    });
    const reasonOf = async (path: string, limits: object) => {
      const answer = await development.stream(url + path, limits);
      return answer.ok ? read(answer.body).then(String, (error: unknown) => (error instanceof EgressError ? error.reason : error)) : answer.reason;
    };
    for (const path of ['/silent', '/mute']) expect(await reasonOf(path, { idleMs: 50, timeoutMs: 60_000 })).toBe('timed_out');
    expect(await reasonOf('/slow', { timeoutMs: 100 })).toBe('timed_out');
    expect(await reasonOf('/left', { signal: AbortSignal.timeout(50) })).toBe('timed_out');
    expect(await reasonOf('/large', { maxBytes: 15 })).toBe('too_large');
    expect(await reasonOf('/cut', {})).toBe('network');
  });

  test('who stops reading closes the connection, and who is slow to read is not silent', async () => {
    let closed = false;
    const url = await serve((request, response) => {
      request.on('close', () => {
        closed = true;
      });
      response.write('one');
      setTimeout(() => response.write('two'), 20);
    });
    const answer = await development.stream(url, { idleMs: 60 });
    if (!answer.ok) throw new Error(answer.reason);
    let parts = 0;
    for await (const _ of answer.body) {
      parts += 1;
      if (parts === 2) break;
      await new Promise((done) => setTimeout(done, 100));
    }
    await expect.poll(() => closed).toBe(true);
  });
});
