import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, type TestKey, openApp } from '../../../../test/support/open-app.js';
import { conversationPlatform } from './conversation-platform.js';
import { Events, until } from './events.js';

let app: TestApp;
let key: TestKey;
let reader: TestKey;
const open: Events[] = [];

beforeAll(async () => {
  app = await openApp(conversationPlatform);
  key = await app.key('ann@example.com');
  reader = await app.key('ann@example.com', ['things:read']);
});
afterEach(() => {
  for (const events of open.splice(0)) events.leave();
});
afterAll(() => app.close());

const ID = 'io.modelcontextprotocol/subscriptionId';
const NOTE = 'fixture://notes/1';

async function listen(notifications: object, token = key.raw, id: number | string = 7): Promise<Events> {
  const _meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} };
  const events = await Events.open(app.url, {
    token,
    headers: { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'subscriptions/listen' },
    body: { jsonrpc: '2.0', id, method: 'subscriptions/listen', params: { notifications, _meta } },
  });
  open.push(events);
  return events;
}

async function session(token = key.raw): Promise<Record<string, string>> {
  const { headers } = await app.rpc(token, 'initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 't', version: '1' } });
  return { 'mcp-session-id': headers.get('mcp-session-id') ?? '' };
}

async function stream(headers: Record<string, string>, token = key.raw): Promise<Events> {
  const events = await Events.open(app.url, { token, method: 'GET', headers });
  open.push(events);
  return events;
}

const post = (method: string, params: object, headers: Record<string, string>, token = key.raw) =>
  app.call('POST', '/mcp', { token, headers, body: { jsonrpc: '2.0', id: 1, method, params } });
const touch = (id: string, more: object = {}, token = key.raw) => app.rpc(token, 'tools/call', { name: 'notes_touch', arguments: { id, ...more } });
const updated = (uri: string) => ({ method: 'notifications/resources/updated', params: { uri } });

describe('subscriptions/listen', () => {
  it('acknowledges first what it will tell, and tells it under the id of the request', async () => {
    const events = await listen({ toolsListChanged: true, promptsListChanged: false, resourceSubscriptions: [NOTE, 'fixture://nothing'] });
    expect(events.isStream).toBe(true);
    expect(await events.at(0)).toEqual({
      jsonrpc: '2.0',
      method: 'notifications/subscriptions/acknowledged',
      params: { _meta: { [ID]: 7 }, notifications: { toolsListChanged: true, resourceSubscriptions: [NOTE] } },
    });
    await touch('1');
    expect(await events.at(1)).toEqual({ jsonrpc: '2.0', method: 'notifications/resources/updated', params: { _meta: { [ID]: 7 }, uri: NOTE } });
  });

  it('tells nothing of what was not asked for, of another tenant, or of a call that was refused', async () => {
    const events = await listen({ resourceSubscriptions: [NOTE] });
    const stranger = await app.key('bob@example.com');
    await touch('2');
    await touch('1', {}, stranger.raw);
    expect((await touch('1', { fail: true })).body.result.isError).toBe(true);
    await touch('1');
    expect((await events.at(1)).params.uri).toBe(NOTE);
    expect(events.messages).toHaveLength(2);
  });

  it('does not let a caller watch what it may not read', async () => {
    const writer = await app.key('ann@example.com', ['things:write']);
    const events = await listen({ resourceSubscriptions: [NOTE] }, writer.raw);
    expect((await events.at(0)).params.notifications).toEqual({});
    await touch('1');
    await touch('1');
    expect(events.messages).toHaveLength(1);
  });

  it.each([undefined, [], { resourceSubscriptions: 'x' }, { resourceSubscriptions: [1] }])('is refused with the filter %j', async (filter) => {
    const events = await listen(filter as object);
    expect([events.response.status, (await events.at(0)).error.code]).toEqual([400, -32602]);
  });

  it('tells of lists when the rights of its caller have changed', async () => {
    const { raw, user, tenant } = await app.key('carol@example.com');
    const { store } = app.gatehouse;
    const events = await listen({ toolsListChanged: true }, raw, 'mine');
    const narrow = await listen({ promptsListChanged: true }, raw);
    const own = await stream(await session(raw), raw);
    await events.at(0);
    await store.tenants.setMember({ tenant, user, role: 'member', createdAt: 0 });
    await store.changes.barrier([`role:${tenant}:${user}`]);
    expect(await events.at(1)).toEqual({ jsonrpc: '2.0', method: 'notifications/tools/list_changed', params: { _meta: { [ID]: 'mine' } } });
    expect(await own.at(0)).toEqual({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
    expect(narrow.messages.map(({ method }) => method)).not.toContain('notifications/tools/list_changed');
    const { body } = await app.rpc(raw, 'tools/list');
    expect(body.result.tools.map(({ name }: { name: string }) => name)).not.toContain('notes_touch');
    const told = (all: Events) => all.messages.map(({ method }) => method).filter((method) => method?.includes('tools'));
    expect([told(events).length, told(own).length]).toEqual([1, 1]);
  });
});

describe('a session', () => {
  it('is told over its stream what it has subscribed to, until it unsubscribes', async () => {
    const own = await session();
    const events = await stream(own);
    expect([events.response.status, events.isStream]).toEqual([200, true]);
    expect((await post('resources/subscribe', { uri: NOTE }, own)).body).toEqual({ jsonrpc: '2.0', id: 1, result: {} });
    await touch('1');
    expect(await events.at(0)).toEqual({ jsonrpc: '2.0', ...updated(NOTE) });
    await post('resources/unsubscribe', { uri: NOTE }, own);
    await touch('1');
    await post('resources/subscribe', { uri: 'fixture://notes/2' }, own);
    await touch('2');
    expect(await events.at(1)).toMatchObject(updated('fixture://notes/2'));
  });

  it('subscribes to nothing that is not there, or not its caller’s, and to nothing without a session', async () => {
    const writer = await app.key('ann@example.com', ['things:write']);
    const code = async (answer: ReturnType<typeof post>) => (await answer).body.error.data.code;
    expect(await code(post('resources/subscribe', { uri: 'fixture://nothing' }, await session()))).toBe('unknown_resource');
    expect(await code(post('resources/subscribe', {}, await session()))).toBe('invalid_input');
    expect(await code(post('resources/subscribe', { uri: `fixture://notes/${'x'.repeat(2_048)}` }, await session()))).toBe('invalid_input');
    const own = await session();
    for (let i = 0; i < 256; i += 1) await post('resources/subscribe', { uri: `fixture://notes/${i}` }, own);
    expect(await code(post('resources/subscribe', { uri: 'fixture://notes/more' }, own))).toBe('invalid_input');
    expect((await post('resources/subscribe', { uri: NOTE }, own)).status).toBe(200);
    expect(await code(post('resources/subscribe', { uri: NOTE }, await session(writer.raw), writer.raw))).toBe('insufficient_scope');
    expect(await code(post('resources/subscribe', { uri: NOTE }, {}))).toBe('malformed_request');
  });

  it('ends with DELETE, and its stream with it', async () => {
    const own = await session();
    const events = await stream(own);
    expect((await app.call('DELETE', '/mcp', { token: key.raw, headers: own })).status).toBe(204);
    await events.over;
    const after = await post('ping', {}, own);
    expect([after.status, after.body.error.data.code]).toEqual([404, 'unknown_session']);
    expect((await app.call('DELETE', '/mcp', { token: key.raw, headers: own })).status).toBe(404);
    expect((await stream(own)).response.status).toBe(404);
  });

  it('is nobody else’s, and cannot be made up', async () => {
    const own = await session();
    expect((await post('ping', {}, own, reader.raw)).status).toBe(404);
    expect((await stream(own, reader.raw)).response.status).toBe(404);
    for (const bad of ['x', `${own['mcp-session-id']}x`, own['mcp-session-id']?.slice(1) ?? '', '00000000-0000-4000-8000-000000000000']) {
      expect((await post('ping', {}, { 'mcp-session-id': bad })).status).toBe(404);
    }
    expect((await post('ping', {}, own)).status).toBe(200);
    expect((await post('ping', {}, {})).status).toBe(200);
  });

  it('has one stream: a second takes the place of the first', async () => {
    const own = await session();
    const first = await stream(own);
    const second = await stream(own);
    await first.over;
    await post('resources/subscribe', { uri: NOTE }, own);
    await touch('1');
    expect(await second.at(0)).toMatchObject(updated(NOTE));
  });
});

describe('a stream', () => {
  it('ends with its credential: revoked, or expired', async () => {
    const doomed = await app.key('ann@example.com');
    const revoked = [await listen({ toolsListChanged: true }, doomed.raw), await stream(await session(doomed.raw), doomed.raw)];
    await app.gatehouse.keys.revoke(doomed.tenant, doomed.id);
    await Promise.all(revoked.map(({ over }) => over));
    const brief = await app.key('ann@example.com', ['*'], { expiresAt: app.clock.now() + 60_000 });
    const expiring = await listen({ resourceSubscriptions: [NOTE] }, brief.raw);
    await expiring.at(0);
    app.clock.advance(60_000);
    await touch('1');
    await expiring.over;
    expect(expiring.messages).toHaveLength(1);
  });

  it('is one of at most 64 of a credential, and leaves its place when its client goes', async () => {
    const many = await app.key('ann@example.com');
    const streams = await Promise.all(Array.from({ length: 64 }, () => listen({ toolsListChanged: true }, many.raw)));
    const refused = await listen({ toolsListChanged: true }, many.raw);
    expect([refused.response.status, (await refused.at(0)).error.data.code]).toEqual([429, 'rate_limited']);
    expect((await listen({ toolsListChanged: true })).response.status).toBe(200);
    streams[0]?.leave();
    await until(async () => (await listen({ toolsListChanged: true }, many.raw)).response.status === 200);
  });

  it('ends with the server, a subscription with its answer', async () => {
    const other = await openApp(conversationPlatform);
    const { raw } = await other.key('ann@example.com');
    const { url } = app;
    app = other;
    try {
      const { headers } = await other.rpc(raw, 'initialize', {});
      const events = [await listen({ toolsListChanged: true }, raw, 'last'), await stream({ 'mcp-session-id': headers.get('mcp-session-id') ?? '' }, raw)];
      await events[0]?.at(0);
      await other.close();
      await Promise.all(events.map(({ over }) => over));
      expect(events[0]?.messages[1]).toEqual({ jsonrpc: '2.0', id: 'last', result: { resultType: 'complete', _meta: { [ID]: 'last' } } });
    } finally {
      app = { ...app, url };
    }
  });
});
