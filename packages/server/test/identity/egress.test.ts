import { type RequestListener, type Server, createServer } from 'node:http';
import { type AddressInfo, type Server as TcpServer, createServer as createTcpServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { addressKind, isLoopbackHost } from '../../src/services/egress-address.js';
import { createEgress } from '../../src/services/egress.js';
import { egressFetch } from '../../src/services/egress-fetch.js';

const running: (Server | TcpServer)[] = [];

afterEach(async () => {
  for (const server of running.splice(0)) {
    if ('closeAllConnections' in server) server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});

async function listen<S extends Server | TcpServer>(server: S): Promise<number> {
  running.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}

const serve = async (handler: RequestListener): Promise<string> => `http://127.0.0.1:${await listen(createServer(handler))}`;

const development = createEgress({ allowLoopback: true });
const failure = (reason: string) => ({ ok: false, reason });

describe('what an outbound request may say and hear', () => {
  test('an answer comes back whole, and the request carries no credential and asks for no compression', async () => {
    let headers: NodeJS.Dict<string | string[]> = {};
    const url = await serve((request, response) => {
      headers = request.headers;
      response.setHeader('x-colour', 'blue').end('{"a":1}');
    });
    const answer = await development.get(`${url}/path?q=1`, { accept: 'text/plain' });
    expect(answer).toMatchObject({ ok: true, status: 200, headers: { 'x-colour': 'blue' } });
    expect(answer.ok && answer.body.toString()).toBe('{"a":1}');
    expect(headers).toMatchObject({ accept: 'text/plain', 'accept-encoding': 'identity', 'user-agent': 'gatehouse' });
    expect(Object.keys(headers).sort()).toEqual(['accept', 'accept-encoding', 'connection', 'host', 'user-agent']);
  });

  test('an error status is an answer, not a failure', async () => {
    const url = await serve((_request, response) => response.writeHead(503).end('no'));
    expect(await development.get(url)).toMatchObject({ ok: true, status: 503 });
  });

  test.each([301, 302, 303, 304, 307, 308])('a redirect with status %i is not followed', async (status) => {
    let asked = 0;
    const url = await serve((request, response) => {
      asked += 1;
      response.writeHead(status, { location: `http://${request.headers.host}/elsewhere` }).end();
    });
    expect(await development.get(url)).toEqual(failure('redirect'));
    expect(asked).toBe(1);
  });

  test('a body larger than the cap is refused, announced or not, and one of exactly the cap is taken', async () => {
    const announced = await serve((_request, response) => response.setHeader('content-length', 1001).end('x'.repeat(1001)));
    const chunked = await serve((_request, response) => {
      response.write('x'.repeat(600));
      response.end('x'.repeat(401));
    });
    const fitting = await serve((_request, response) => {
      response.write('x'.repeat(600));
      response.end('x'.repeat(400));
    });
    expect(await development.get(announced, { maxBytes: 1000 })).toEqual(failure('too_large'));
    expect(await development.get(chunked, { maxBytes: 1000 })).toEqual(failure('too_large'));
    expect(await development.get(fitting, { maxBytes: 1000 })).toMatchObject({ ok: true });
  });

  test('an endless body ends at the cap', async () => {
    const url = await serve((_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(16_384)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    expect(await development.get(url, { maxBytes: 100_000 })).toEqual(failure('too_large'));
  });

  test('the time cap covers a silent server, a body that trickles, and a name that does not resolve in time', async () => {
    const silent = await serve(() => undefined);
    const trickling = await serve((_request, response) => {
      const timer = setInterval(() => response.write('x'), 10);
      response.on('close', () => clearInterval(timer));
    });
    const stuck = createEgress({ allowLoopback: true, resolve: () => new Promise(() => undefined) });
    expect(await development.get(silent, { timeoutMs: 80 })).toEqual(failure('timed_out'));
    expect(await development.get(trickling, { timeoutMs: 80 })).toEqual(failure('timed_out'));
    expect(await stuck.get('https://slow.example/', { timeoutMs: 80 })).toEqual(failure('timed_out'));
  });

  test('a compressed body that nobody asked for is not decoded', async () => {
    const url = await serve((_request, response) => response.setHeader('content-encoding', 'gzip').end(gzipSync('x'.repeat(10_000))));
    expect(await development.get(url)).toEqual(failure('encoded'));
  });

  test('headers beyond 16 KiB are refused', async () => {
    const url = await serve((_request, response) => response.setHeader('x-long', 'x'.repeat(20_000)).end('ok'));
    expect(await development.get(url)).toEqual(failure('network'));
  });

  test('a connection that is refused, cut, switched or not HTTP is a failure, never an exception', async () => {
    const gone = createServer();
    const port = await listen(gone);
    await new Promise((done) => gone.close(done));
    const cut = await serve((request) => request.socket.destroy());
    const halfway = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('x', () => response.destroy());
    });
    const raw = async (text: string) => `http://127.0.0.1:${await listen(createTcpServer((socket) => socket.resume().end(text)))}`;
    const switched = await raw('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: other\r\n\r\n');
    const noise = await raw('hello there\r\n\r\n');
    expect(await development.get(`http://127.0.0.1:${port}`)).toEqual(failure('network'));
    for (const url of [cut, halfway, switched, noise]) expect(await development.get(url, { timeoutMs: 2000 })).toEqual(failure('network'));
  });
});

describe('an outbound request with a body', () => {
  const echo = (): Promise<string> =>
    serve(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ method: request.method, headers: request.headers, body: Buffer.concat(chunks).toString() }));
    });
  const said = (answer: Awaited<ReturnType<typeof development.request>>) => JSON.parse(answer.ok ? answer.body.toString() : 'null');

  test('its method, headers and body arrive, and it says how long it is', async () => {
    const url = await echo();
    const headers = { 'content-type': 'application/json', authorization: 'Bearer x', accept: 'text/event-stream' };
    const { method, headers: got, body } = said(await development.request(url, { method: 'POST', headers, body: '{"é":1}' }));
    expect([method, body]).toEqual(['POST', '{"é":1}']);
    expect(got).toMatchObject({ ...headers, 'content-length': '8', 'accept-encoding': 'identity', 'user-agent': 'gatehouse' });
    expect(said(await development.request(url, { method: 'PUT', body: new Uint8Array([104, 105]) }))).toMatchObject({ method: 'PUT', body: 'hi' });
    expect(said(await development.request(url, { method: 'DELETE' }))).toMatchObject({ method: 'DELETE', body: '' });
  });

  test('nobody who asks says where it goes, how it is framed, or that the answer may be compressed', async () => {
    const url = await echo();
    const headers = {
      host: 'evil.example',
      'Content-Length': '1',
      'transfer-encoding': 'chunked',
      connection: 'upgrade',
      upgrade: 'x',
      'accept-encoding': 'gzip',
    };
    const { headers: got, body } = said(await development.request(url, { method: 'POST', headers, body: 'four' }));
    expect(got).toMatchObject({ host: new URL(url).host, 'content-length': '4', connection: 'close', 'accept-encoding': 'identity' });
    expect([body, got.upgrade, got['transfer-encoding']]).toEqual(['four', undefined, undefined]);
  });

  test('a header that would be two is none, and nothing is sent', async () => {
    const url = await echo();
    expect(await development.request(url, { headers: { 'x-a': 'b\r\nx-c: d' } })).toEqual(failure('network'));
  });

  test('the same rules hold: no redirect is followed with it, no private address reached, and whoever leaves ends it', async () => {
    let asked = 0;
    const url = await serve((_request, response) => {
      asked += 1;
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    expect(await development.request(url, { method: 'POST', body: 'x' })).toEqual(failure('redirect'));
    expect(await development.request('https://10.0.0.1/', { method: 'POST', body: 'x' })).toEqual(failure('forbidden_address'));
    const leaving = new AbortController();
    const silent = await serve(() => leaving.abort());
    expect(await development.request(silent, { method: 'POST', body: 'x', signal: leaving.signal })).toEqual(failure('timed_out'));
    expect(await development.request(url, { signal: AbortSignal.abort() })).toEqual(failure('timed_out'));
    expect(asked).toBe(1);
  });

  test('in the form of fetch: status, headers and body of any answer, and an error that names the host alone', async () => {
    const fetched = egressFetch(development, { timeoutMs: 2000 });
    const answer = await fetched(`${await echo()}/token`, {
      method: 'POST',
      body: new URLSearchParams({ code: 'a b' }),
      headers: new Headers({ accept: 'application/json' }),
    });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(await answer.json()).toMatchObject({ body: 'code=a+b', headers: { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' } });
    const refusing = await serve((_request, response) => response.setHeader('set-cookie', ['a=1', 'b=2']).writeHead(401).end('no'));
    const refused = await fetched(refusing);
    expect([refused.status, await refused.text(), refused.headers.getSetCookie()]).toEqual([401, 'no', ['a=1', 'b=2']]);
    const empty = await serve((_request, response) => response.writeHead(204).end());
    expect((await fetched(empty)).status).toBe(204);
    await expect(fetched('https://10.0.0.1/?code=secret')).rejects.toThrow('The request to 10.0.0.1 failed: forbidden_address');
    await expect(fetched(refusing, { method: 'POST', body: new Date(0) })).rejects.toThrow(TypeError);
  });
});

describe('where an outbound request may go', () => {
  test('without leave for loopback, neither http nor this machine is reached', async () => {
    let asked = 0;
    const url = await serve((_request, response) => {
      asked += 1;
      response.end('secret');
    });
    const production = createEgress({ allowLoopback: false, resolve: async () => ['127.0.0.1'] });
    expect(await production.get(url)).toEqual(failure('insecure'));
    expect(await production.get(url.replace('http:', 'https:'))).toEqual(failure('forbidden_address'));
    expect(await production.get('https://issuer.example/')).toEqual(failure('forbidden_address'));
    expect(asked).toBe(0);
  });

  test.each(['ftp://example.com/', 'file:///etc/passwd', 'data:,x', 'javascript:0'])('%s is refused', async (url) => {
    expect(await development.get(url)).toEqual(failure('insecure'));
  });

  test.each(['', 'issuer.example', '/path', 'https://', 'https://user@issuer.example/', 'https://user:secret@issuer.example/'])(
    '"%s" is refused',
    async (url) => {
      expect(await development.get(url)).toEqual(failure('bad_url'));
    },
  );

  test('http to a public address is refused even in development', async () => {
    const egress = createEgress({ allowLoopback: true, resolve: async () => ['8.8.8.8'] });
    expect(await egress.get('http://issuer.example/')).toEqual(failure('insecure'));
    expect(await egress.get('http://8.8.8.8/')).toEqual(failure('insecure'));
  });

  test.each([
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '[fe80::1]',
    '[fd00::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:8.8.8.8]',
    '2130706433x',
  ])('the address %s is refused, also where loopback is allowed', async (host) => {
    const egress = createEgress({ allowLoopback: true, resolve: async (name) => [name] });
    expect(await egress.get(`https://${host}/`)).toEqual(failure('forbidden_address'));
  });

  test('one private address among the addresses of a name is enough to refuse it', async () => {
    for (const address of ['10.0.0.1', '127.0.0.1', '::1', '64:ff9b::7f00:1', 'not an address']) {
      const egress = createEgress({ allowLoopback: false, resolve: async () => ['8.8.8.8', address] });
      expect(await egress.get('https://issuer.example/')).toEqual(failure('forbidden_address'));
    }
  });

  test('a name that does not resolve is a failure', async () => {
    const rejecting = createEgress({ allowLoopback: true, resolve: () => Promise.reject(new Error('ENOTFOUND')) });
    const empty = createEgress({ allowLoopback: true, resolve: async () => [] });
    expect(await rejecting.get('https://issuer.example/')).toEqual(failure('unresolvable'));
    expect(await empty.get('https://issuer.example/')).toEqual(failure('unresolvable'));
  });

  test('a name is looked up once, and the connection goes to the address that was checked', async () => {
    const hosts: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      hosts.push(request.headers.host);
      response.end('ok');
    });
    let lookups = 0;
    // A name that no resolver knows: only the pinned address can lead anywhere.
    const egress = createEgress({
      allowLoopback: true,
      resolve: async () => {
        lookups += 1;
        return lookups === 1 ? ['127.0.0.1'] : ['10.0.0.1'];
      },
    });
    const { port } = new URL(url);
    expect(await egress.get(`http://issuer.invalid:${port}/`)).toMatchObject({ ok: true, status: 200 });
    expect(hosts).toEqual([`issuer.invalid:${port}`]);
    expect(lookups).toBe(1);
    expect(await egress.get(`http://issuer.invalid:${port}/`)).toEqual(failure('forbidden_address'));
  });
});

describe('kinds of addresses', () => {
  test.each(['8.8.8.8', '1.1.1.1', '172.15.255.255', '172.32.0.0', '2606:4700::1111', '2a00:1450:4001::200e'])('%s is public', (address) => {
    expect(addressKind(address)).toBe('public');
  });

  test.each(['127.0.0.1', '127.255.255.254', '::1', '0:0:0:0:0:0:0:1'])('%s is loopback', (address) => {
    expect(addressKind(address)).toBe('loopback');
  });

  test.each([
    '0.0.0.0',
    '10.0.0.0',
    '100.64.0.0',
    '100.127.255.255',
    '169.254.169.254',
    '172.16.0.0',
    '172.31.255.255',
    '192.0.0.1',
    '192.0.2.1',
    '192.168.0.0',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::8.8.8.8',
    '64:ff9b::8.8.8.8',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::1',
    '3fff::1',
    '4000::1',
    '5f00::1',
    'fc00::1',
    'fdff::1',
    'fe80::1',
    'fe80::1%eth0',
    '::1%lo',
    'fec0::1',
    'ff02::1',
    '',
    'localhost',
    '127.1',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '2130706433',
    '[::1]',
  ])('"%s" is forbidden', (address) => {
    expect(addressKind(address)).toBe('forbidden');
  });

  test('only loopback addresses and localhost are this machine by name', () => {
    for (const host of ['localhost', 'app.localhost', '127.0.0.1', '[::1]']) expect(isLoopbackHost(host)).toBe(true);
    for (const host of ['localhost.example', 'mylocalhost', '10.0.0.1', 'example.com', '127.0.0.1.example']) expect(isLoopbackHost(host)).toBe(false);
  });
});
