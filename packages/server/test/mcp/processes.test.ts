import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newAppDatabase } from '../../../../test/support/app-database.js';
import { type TestApp, openApp, settableClock } from '../../../../test/support/open-app.js';
import { conversationPlatform } from './conversation-platform.js';
import { Events, until } from './events.js';

const clock = settableClock();
const apps: TestApp[] = [];
beforeAll(async () => {
  const database = await newAppDatabase('postgres', conversationPlatform);
  for (const remove of [database.remove, async () => undefined]) apps.push(await openApp(conversationPlatform, { clock, database: { ...database, remove } }));
}, 60_000);
afterAll(async () => {
  // The database goes with the app that was opened first.
  for (const app of apps.toReversed()) await app.close();
});

function at(index: number): TestApp {
  const app = apps[index];
  if (app === undefined) throw new Error('No app was opened');
  return app;
}

const NOTE = 'fixture://notes/1';
const initialize = { protocolVersion: '2025-11-25', capabilities: { elicitation: {} }, clientInfo: { name: 't', version: '1' } };

async function session(app: TestApp, token: string): Promise<Record<string, string>> {
  const { headers } = await app.rpc(token, 'initialize', initialize);
  return { 'mcp-session-id': headers.get('mcp-session-id') ?? '' };
}

const post = (app: TestApp, token: string, headers: Record<string, string>, body: object) =>
  app.call('POST', '/mcp', { token, headers, body: { jsonrpc: '2.0', ...body } });
const touch = (app: TestApp, token: string, id: string) => app.rpc(token, 'tools/call', { name: 'notes_touch', arguments: { id } });

describe('two processes on one database', () => {
  it('tell each other what has changed, once', async () => {
    const { raw } = await at(0).key('ann@example.com');
    const own = await session(at(0), raw);
    const events = await Events.open(at(1).url, { token: raw, method: 'GET', headers: own });
    await post(at(0), raw, own, { id: 1, method: 'resources/subscribe', params: { uri: NOTE } });
    await until(async () => {
      await touch(at(0), raw, '1');
      return events.messages.length > 0;
    });
    const before = events.messages.length;
    await touch(at(1), raw, '1');
    expect((await events.at(before)).params).toEqual({ uri: NOTE });
    events.leave();
  });

  it('pass on an answer to the one that asked', async () => {
    const { raw } = await at(0).key('ann@example.com');
    const own = await session(at(0), raw);
    const events = await Events.open(at(0).url, {
      token: raw,
      headers: own,
      body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'talk_name', arguments: {} } },
    });
    const { id } = await events.at(0);
    // Longer than one notification of PostgreSQL can be.
    const name = 'ä'.repeat(30_000);
    expect((await post(at(1), raw, own, { id, result: { action: 'accept', content: { name } } })).status).toBe(202);
    const [, { result }] = await events.all();
    expect(result.structuredContent.said).toBe(`Hello, ${name}!`);
  });

  it('know sessions of each other, their level, and their end', async () => {
    const { raw } = await at(0).key('ann@example.com');
    const own = await session(at(0), raw);
    await post(at(0), raw, own, { id: 1, method: 'logging/setLevel', params: { level: 'emergency' } });
    const told = async () => {
      const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'talk_tell', arguments: {} } };
      return (await (await Events.open(at(1).url, { token: raw, headers: own, body })).all()).length;
    };
    await until(async () => (await told()) === 1);
    const stream = await Events.open(at(1).url, { token: raw, method: 'GET', headers: own });
    expect((await at(0).call('DELETE', '/mcp', { token: raw, headers: own })).status).toBe(204);
    await stream.over;
    expect((await post(at(1), raw, own, { id: 1, method: 'ping' })).status).toBe(404);
  });

  it('end streams of a credential that was revoked at the other', async () => {
    const doomed = await at(0).key('ann@example.com');
    const own = await session(at(1), doomed.raw);
    const stream = await Events.open(at(1).url, { token: doomed.raw, method: 'GET', headers: own });
    await at(0).gatehouse.keys.revoke(doomed.tenant, doomed.id);
    await stream.over;
  });

  it('go on with a stateless call that the other began', async () => {
    const { raw } = await at(0).key('ann@example.com');
    const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'talk_rounds' };
    const _meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } };
    const call = async (app: TestApp, more: object) =>
      (await post(app, raw, headers, { id: 1, method: 'tools/call', params: { name: 'talk_rounds', arguments: {}, _meta, ...more } })).body.result;
    const first = await call(at(0), {});
    const second = await call(at(1), { requestState: first.requestState, inputResponses: { step1: { action: 'accept', content: { name: 'Ann' } } } });
    const third = await call(at(0), { requestState: second.requestState, inputResponses: { step2: { action: 'accept', content: { colour: 'blue' } } } });
    expect(third.structuredContent.said).toBe('Ann blue true');
  });
});
