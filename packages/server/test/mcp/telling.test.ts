import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, type TestKey, openApp } from '../../../../test/support/open-app.js';
import { aborted, conversationPlatform, gate } from './conversation-platform.js';
import { Events, type Message, until } from './events.js';

let app: TestApp;
let key: TestKey;

beforeAll(async () => {
  app = await openApp(conversationPlatform);
  key = await app.key('ann@example.com');
});
afterAll(() => app.close());

const MODERN = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call' };
const capabilities = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} };

const legacy = (name: string, meta: object = {}, headers: Record<string, string> = {}, args: object = {}, id: number | string = 1) =>
  Events.open(app.url, { token: key.raw, headers, body: { jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args, _meta: meta } } });
const stateless = (name: string, meta: object = {}) =>
  Events.open(app.url, {
    token: key.raw,
    headers: { ...MODERN, 'mcp-name': name },
    body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: {}, _meta: { ...capabilities, ...meta } } },
  });

async function session(): Promise<Record<string, string>> {
  const { headers } = await app.rpc(key.raw, 'initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 't', version: '1' } });
  return { 'mcp-session-id': headers.get('mcp-session-id') ?? '' };
}

const methodsOf = (messages: Message[]) =>
  messages.map(({ method, params }) => (method === undefined ? 'result' : `${method} ${params.progress ?? params.level}`));

describe('a call that tells nothing', () => {
  it.each([legacy, stateless])('is answered with plain JSON, whatever the client takes', async (call) => {
    const { response, isStream } = await call('talk_plain');
    expect([response.status, isStream]).toEqual([200, false]);
  });
});

describe('progress', () => {
  it.each([legacy, stateless])('is told over the stream of the call, under its token, before the result', async (call) => {
    const events = await call('talk_tell', { progressToken: 'p-1', 'io.modelcontextprotocol/logLevel': 'emergency' });
    const messages = (await events.all()).filter(({ method }) => method !== 'notifications/message');
    expect(events.response.headers.get('x-accel-buffering')).toBe('no');
    expect(methodsOf(messages)).toEqual(['notifications/progress 0', 'notifications/progress 50', 'notifications/progress 100', 'result']);
    expect(messages[1].params).toEqual({ progressToken: 'p-1', progress: 50, total: 100, message: 'half' });
    expect(messages[3]).toMatchObject({ id: 1, result: { structuredContent: { said: 'done' } } });
  });

  it('is not told without a token, nor to a client that takes no events', async () => {
    expect((await stateless('talk_tell')).isStream).toBe(false);
    const { body, headers } = await app.rpc(key.raw, 'tools/call', { name: 'talk_tell', arguments: {}, _meta: { progressToken: 1 } });
    expect([headers.get('content-type'), body.result.structuredContent]).toEqual(['application/json', { said: 'done' }]);
  });

  it('ends with the refusal, where the call is refused', async () => {
    const messages = await (await legacy('talk_late', { progressToken: 7 })).all();
    expect(messages).toMatchObject([{ params: { progressToken: 7, progress: 1 } }, { id: 1, result: { isError: true } }]);
  });
});

describe('log messages', () => {
  it('go to a stateless client from the level that its request names, and not without one', async () => {
    const messages = await (await stateless('talk_tell', { 'io.modelcontextprotocol/logLevel': 'info' })).all();
    expect(messages.slice(0, -1).map(({ params }) => params)).toEqual([
      { level: 'info', logger: 'teller', data: { step: 1 } },
      { level: 'error', data: 'odd' },
    ]);
    const silent = await (await stateless('talk_tell', { progressToken: 1 })).all();
    expect(silent.some(({ method }) => method === 'notifications/message')).toBe(false);
  });

  it('go to a client of the initialize era from info on, until its session says otherwise', async () => {
    const of = async (headers: Record<string, string>) => methodsOf(await (await legacy('talk_tell', {}, headers)).all());
    expect(await of({})).toEqual(['notifications/message info', 'notifications/message error', 'result']);
    const own = await session();
    const set = async (level: unknown) =>
      (await app.call('POST', '/mcp', { token: key.raw, headers: own, body: { jsonrpc: '2.0', id: 1, method: 'logging/setLevel', params: { level } } })).body;
    expect(await set('debug')).toEqual({ jsonrpc: '2.0', id: 1, result: {} });
    expect(await of(own)).toEqual(['notifications/message debug', 'notifications/message info', 'notifications/message error', 'result']);
    await set('warning');
    expect(await of(own)).toEqual(['notifications/message error', 'result']);
    expect((await set('loud')).error).toMatchObject({ code: -32602, data: { fields: { level: [expect.any(String)] } } });
    expect((await app.rpc(key.raw, 'logging/setLevel', { level: 'info' })).body.error.data.code).toBe('malformed_request');
  });
});

describe('a call that is given up', () => {
  it('hears it when its client closes the stream', async () => {
    const waiting = gate('left');
    const events = await legacy('talk_wait', { progressToken: 1 }, {}, { gate: 'left' });
    await waiting.reached;
    events.leave();
    await until(() => aborted.includes('left'));
  });

  it('hears notifications/cancelled of the same credential, and nobody else’s', async () => {
    const waiting = gate('cancelled');
    const events = await legacy('talk_wait', { progressToken: 1 }, {}, { gate: 'cancelled' }, 'call-7');
    await waiting.reached;
    const cancel = (token: string) =>
      app.call('POST', '/mcp', { token, body: { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'call-7' } } });
    const other = await app.key('ann@example.com');
    expect((await cancel(other.raw)).status).toBe(202);
    expect(aborted).not.toContain('cancelled');
    await cancel(key.raw);
    await until(() => aborted.includes('cancelled'));
    await events.over;
  });

  it('hears it when its credential is revoked', async () => {
    const waiting = gate('revoked');
    const doomed = await app.key('ann@example.com');
    const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'talk_wait', arguments: { gate: 'revoked' }, _meta: { progressToken: 1 } } };
    const events = await Events.open(app.url, { token: doomed.raw, body });
    await waiting.reached;
    await app.gatehouse.keys.revoke(doomed.tenant, doomed.id);
    await events.over;
    await until(() => aborted.includes('revoked'));
    expect(events.messages.map(({ method }) => method)).toEqual(['notifications/progress']);
  });
});
