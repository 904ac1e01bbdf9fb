import { Client, ProtocolError, StreamableHTTPClientTransport, type VersionNegotiationMode } from '@modelcontextprotocol/client';
import { Client as FirstClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as FirstTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type TestApp, type TestKey, openApp } from '../../../../test/support/open-app.js';

const identity = { name: 'test', version: '1.0.0' };
const ALL = ['things_break', 'things_create', 'things_delete', 'things_get', 'things_list'];

let app: TestApp;
let key: TestKey;
let reader: TestKey;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  app = await openApp(fixturePlatform);
  key = await app.key('ann@example.com');
  reader = await app.key('ann@example.com', ['things:read']);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.close()));
});
afterAll(() => app.close());

async function connect(mode: VersionNegotiationMode, token = key.raw): Promise<Client> {
  const client = new Client(identity, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', app.url), { requestInit: { headers: { authorization: `Bearer ${token}` } } }));
  open.push(client);
  return client;
}

async function connectFirst(token = key.raw): Promise<FirstClient> {
  const client = new FirstClient(identity);
  await client.connect(new FirstTransport(new URL('/mcp', app.url), { requestInit: { headers: { 'x-api-key': token } } }));
  open.push(client);
  return client;
}

describe.each<[string, VersionNegotiationMode, string]>([
  ['legacy', 'legacy', '2025-11-25'],
  ['auto', 'auto', '2026-07-28'],
  ['2026-07-28', { pin: '2026-07-28' }, '2026-07-28'],
])('the official client 2.x in its mode %s', (_name, mode, version) => {
  it('agrees on a version and learns who serves', async () => {
    const client = await connect(mode);
    expect(client.getNegotiatedProtocolVersion()).toBe(version);
    expect(client.getServerVersion()).toMatchObject({ name: 'fixture', version: '1.2.3' });
  });

  it('lists the tools that its key covers', async () => {
    const names = async (token: string) => (await (await connect(mode, token)).listTools()).tools.map((tool) => tool.name);
    expect(await names(key.raw)).toEqual(ALL);
    expect(await names(reader.raw)).toEqual(['things_break', 'things_get', 'things_list']);
  });

  it('calls tools, and finds each output to match its schema', async () => {
    const client = await connect(mode);
    await client.listTools();
    const made = await client.callTool({ name: 'things_create', arguments: { name: `by ${version} ${JSON.stringify(mode)}` } });
    const { structuredContent: thing } = made;
    const list = await client.callTool({ name: 'things_list', arguments: { limit: 100 } });
    expect(list.structuredContent).toMatchObject({ result: expect.arrayContaining([thing]) });
  });

  it('reads a tool’s own failure as a result', async () => {
    const client = await connect(mode);
    await client.listTools();
    const missing = await client.callTool({ name: 'things_get', arguments: { id: '3f0c9d9e-0d0b-4a58-9f0c-3c2f4ea6d0aa' } });
    expect(missing.isError).toBe(true);
  });

  it('reads the protocol’s failures as errors with their code and data', async () => {
    const client = await connect(mode, reader.raw);
    const denied = client.callTool({ name: 'things_create', arguments: { name: 'x' } });
    await expect(denied).rejects.toThrow(ProtocolError);
    await expect(denied).rejects.toMatchObject({ code: -32001, data: { code: 'insufficient_scope', missing: ['things:write'] } });
    await expect(client.callTool({ name: 'nothing', arguments: {} })).rejects.toMatchObject({ code: -32602 });
    await expect(client.callTool({ name: 'things_list', arguments: { limit: 0 } })).rejects.toMatchObject({
      code: -32602,
      data: { fields: { limit: expect.any(Array) } },
    });
  });

  it('cannot connect with a bad key', async () => {
    await expect(connect(mode, 'fix_bad')).rejects.toThrow();
  });
});

describe('the official client 1.x', () => {
  it('lists and calls tools with a key', async () => {
    const client = await connectFirst();
    expect((await client.listTools()).tools.map((tool) => tool.name)).toEqual(ALL);
    const made = await client.callTool({ name: 'things_create', arguments: { name: 'by 1.x' } });
    const list = await client.callTool({ name: 'things_list', arguments: { names: ['by 1.x'] } });
    expect(list.structuredContent).toEqual({ result: [made.structuredContent] });
    await client.ping();
  });

  it('reads denials with the scope that is missing', async () => {
    const client = await connectFirst(reader.raw);
    await expect(client.callTool({ name: 'things_create', arguments: { name: 'x' } })).rejects.toMatchObject({
      code: -32001,
      data: { missing: ['things:write'] },
    });
  });

  it('cannot connect with a bad key', async () => {
    await expect(connectFirst('fix_bad')).rejects.toThrow();
  });
});
