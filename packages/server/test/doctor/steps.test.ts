import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Fault, told, unexpected } from '../../src/doctor/clients/fault.js';
import { allowing } from '../../src/doctor/clients/form.js';
import { furthestIn, reachOf } from '../../src/doctor/clients/reach.js';
import { challengeIn } from '../../src/doctor/clients/steps/challenge.js';
import { serverMetadata } from '../../src/doctor/clients/steps/server-metadata.js';
import { targetOf } from '../../src/doctor/clients/target.js';
import { type Answer, createWire } from '../../src/doctor/clients/wire.js';

const answer = (more: Partial<Answer>): Answer => ({ url: 'https://mcp.example.com/x', status: 200, headers: {}, text: '', ...more });

describe('the address of a server', () => {
  it('is its origin, or its MCP endpoint with or without a slash', () => {
    const target = { origin: 'https://mcp.example.com', mcp: 'https://mcp.example.com/mcp' };
    for (const path of ['', '/', '/mcp', '/mcp/']) expect(targetOf(`https://mcp.example.com${path}`)).toEqual(target);
    expect(targetOf('https://mcp.example.com/deep/er')?.mcp).toBe('https://mcp.example.com/deep/er');
    for (const text of ['mcp.example.com', 'ftp://mcp.example.com', 'https://user:secret@mcp.example.com', 'https://mcp.example.com/?key=x'])
      expect(targetOf(text)).toBeUndefined();
  });
});

describe('how far in an address leads', () => {
  it('is told of every kind of address, and the furthest of several counts', () => {
    expect(['93.184.216.34', '2606:2800::1'].map(reachOf)).toEqual([0, 0]);
    expect(['10.0.0.7', '192.168.1.1', '172.16.0.1', '100.64.0.1', 'fd00::1', '::ffff:10.0.0.7'].map(reachOf)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(['127.0.0.1', '::1'].map(reachOf)).toEqual([2, 2]);
    expect(['169.254.169.254', 'fe80::1', '0.0.0.0', '224.0.0.1', 'nonsense'].map(reachOf)).toEqual([3, 3, 3, 3, 3]);
    expect(furthestIn(['93.184.216.34', '10.0.0.7'])).toBe(1);
  });

  it('bounds what a server may name, and not what the operator asks for', async () => {
    const wire = createWire({ target: new URL('http://93.184.216.34/mcp'), timeoutMs: 1000 });
    for (const url of ['http://127.0.0.1:1/', 'http://10.0.0.7/', 'http://169.254.169.254/', 'http://[::1]/'])
      expect((await wire.send({ url })).silence).toBe('further_in');
    wire.close();
    const local = createWire({ target: new URL('http://127.0.0.1:1/mcp'), timeoutMs: 1000 });
    expect((await local.send({ url: 'http://127.0.0.1:1/' })).silence).toBe('refused');
    expect((await local.send({ url: 'file:///etc/passwd' })).silence).toBe('bad_url');
    local.close();
  });
});

describe('what a server sends', () => {
  it('is waited for no longer than allowed, and read no further than 256 KiB', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/long') response.end('x'.repeat(257 * 1024));
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const wire = createWire({ target: new URL(origin), timeoutMs: 300 });
    expect((await wire.send({ url: `${origin}/long` })).silence).toBe('too_large');
    expect((await wire.send({ url: `${origin}/never` })).silence).toBe('timed_out');
    wire.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('is shown without what may be secret, and steers no terminal', () => {
    const redirect = answer({ status: 302, headers: { location: 'https://claude.ai/cb?code=SECRET&state=SECRET&error=access_denied' } });
    expect(told(redirect)).toBe('HTTP 302 from https://mcp.example.com/x, which leads to https://claude.ai/cb with error=access_denied');
    const tokens = answer({ status: 500, text: '{"access_token":"SECRET","error":"server\\u001b[2Jerror"}' });
    expect(told(tokens)).toBe('HTTP 500 from https://mcp.example.com/x: server?[2Jerror');
  });

  it('has a remedy of its own where anything may go wrong', () => {
    const remedyOf = (more: Partial<Answer>) => unexpected('', answer(more), 'the rest').remedy;
    expect(remedyOf({ status: 0, silence: 'certificate' })).toContain('comes with its whole chain');
    expect(remedyOf({ status: 0, silence: 'no_tls' })).toContain('Use http://');
    expect(remedyOf({ status: 301, url: 'http://mcp.example.com/mcp', headers: { location: 'https://mcp.example.com/mcp' } })).toContain(
      '--public-url https://mcp.example.com',
    );
    expect(remedyOf({ status: 302, headers: { location: 'https://login.example.com/' } })).toContain('a sign-in in front of the server');
    expect(remedyOf({ status: 502 })).toContain('does not reach Gatehouse');
    expect(remedyOf({ status: 429 })).toContain('wait a minute');
    expect(remedyOf({ status: 418 })).toBe('the rest');
  });
});

describe('a challenge', () => {
  it('is read in the forms that servers write it in', () => {
    const url = 'https://a.example/.well-known/oauth-protected-resource';
    expect(challengeIn(`Bearer resource_metadata="${url}"`)).toEqual({ metadataUrl: url });
    expect(challengeIn(`Bearer realm="x", scope="a:read b:write", resource_metadata="${url}"`)).toEqual({ metadataUrl: url, scope: 'a:read b:write' });
    expect(challengeIn(`bearer resource_metadata=${url}`)).toEqual({ metadataUrl: url });
    expect(challengeIn(`Basic realm="x", Bearer resource_metadata="${url}"`)).toEqual({ metadataUrl: url });
    expect(challengeIn(`Basic resource_metadata="${url}"`)).toEqual({});
  });
});

describe('metadata behind TLS', () => {
  const metadata = {
    issuer: 'https://mcp.example.com',
    authorization_endpoint: 'https://mcp.example.com/oauth/authorize',
    token_endpoint: 'https://mcp.example.com/oauth/token',
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
  };
  const read = (members: object) =>
    serverMetadata({ at: ['oauth'], issuer: 'exact', pkce: 'required' }).run({
      target: { origin: 'https://mcp.example.com', mcp: 'https://mcp.example.com/mcp' },
      wire: { send: async ({ url }) => answer({ url, text: JSON.stringify({ ...metadata, ...members }) }), close: () => undefined },
      found: {},
      cookie: undefined,
      secret: () => 'secret',
    });

  it('that names addresses with http is for the public URL to mend', async () => {
    const fault = await read({ token_endpoint: 'http://mcp.example.com/oauth/token' });
    expect(fault).toBeInstanceOf(Fault);
    expect(fault).toMatchObject({
      expected: 'an https URL as token_endpoint',
      remedy: expect.stringContaining('--public-url https://mcp.example.com: behind TLS'),
    });
  });

  it('with null in it, or without what is required, is broken for clients', async () => {
    expect(await read({ jwks_uri: null })).toMatchObject({ got: 'null in jwks_uri' });
    expect(await read({ response_types_supported: undefined })).toMatchObject({ expected: 'response_types_supported with "code" in the metadata' });
    expect(await read({})).toMatchObject({ server: { issuer: 'https://mcp.example.com' } });
  });
});

describe('the form that allows', () => {
  it('is sent as the page proposes it, whatever else is on the page', () => {
    const text = `<form action="/out"><button name="a" value="b">Sign out</button></form>
<form class="x" method="post" action="/oauth/consent/1?for=m&amp;x=1"><input type="hidden" name="tenant" value="t&quot;1">
<input type="checkbox" name="scope" value="a:read" checked><input type="checkbox" name="scope" value="a:write"><input type='radio' name=r value=2 checked>
<button name="decision" value="deny">Cancel</button><button name="decision" value="allow">Allow</button></form>`;
    const form = allowing(answer({ text }));
    expect(form?.url).toBe('https://mcp.example.com/oauth/consent/1?for=m&x=1');
    expect([...(form?.fields ?? [])]).toEqual([
      ['tenant', 't"1'],
      ['scope', 'a:read'],
      ['r', '2'],
      ['decision', 'allow'],
    ]);
    expect(allowing(answer({ text: '<form action="/x"><button>Continue</button></form>' }))).toBeUndefined();
  });
});
