import { Client, StreamableHTTPClientTransport, type VersionNegotiationMode } from '@modelcontextprotocol/client';
import { Client as FirstClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as FirstTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { LoggingMessageNotificationSchema, ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type TestApp, type TestKey, openApp } from '../../../../test/support/open-app.js';
import { conversationPlatform } from './conversation-platform.js';
import { until } from './events.js';

let app: TestApp;
let key: TestKey;
const open: { close(): Promise<void> }[] = [];
const NOTE = 'fixture://notes/1';
const identity = { name: 'test', version: '1.0.0' };

beforeAll(async () => {
  app = await openApp(conversationPlatform);
  key = await app.key('ann@example.com');
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.close()));
});
afterAll(() => app.close());

async function connect(mode: VersionNegotiationMode): Promise<Client> {
  const client = new Client(identity, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', app.url), { requestInit: { headers: { authorization: `Bearer ${key.raw}` } } }));
  open.push(client);
  return client;
}

/** Touches the note until it has been noticed: a subscription may still be on its way. */
async function touchUntil(noticed: () => boolean): Promise<void> {
  await until(async () => {
    await app.rpc(key.raw, 'tools/call', { name: 'notes_touch', arguments: { id: '1' } });
    return noticed();
  });
}

it.each<VersionNegotiationMode>(['legacy', 'auto'])('the official client 2.x in its mode %s is told progress', async (mode) => {
  const client = await connect(mode);
  const told: unknown[] = [];
  const result = await client.callTool({ name: 'talk_tell', arguments: {} }, { onprogress: (progress) => told.push(progress) });
  expect(result.structuredContent).toEqual({ said: 'done' });
  expect(told).toEqual([
    { progress: 0, total: 100 },
    { progress: 50, total: 100, message: 'half' },
    { progress: 100, total: 100 },
  ]);
});

it('the official client 2.x subscribes in the initialize era, and sets a level', async () => {
  const client = await connect('legacy');
  const [uris, logged]: unknown[][] = [[], []];
  client.setNotificationHandler('notifications/resources/updated', ({ params }) => void uris?.push(params.uri));
  client.setNotificationHandler('notifications/message', ({ params }) => void logged?.push(params.data));
  await client.setLoggingLevel('error');
  await client.callTool({ name: 'talk_tell', arguments: {} });
  expect(logged).toEqual(['odd']);
  await client.subscribeResource({ uri: NOTE });
  await touchUntil(() => uris?.[0] === NOTE);
});

it('the official client 2.x listens in the stateless era', async () => {
  const client = await connect({ pin: '2026-07-28' });
  const uris: string[] = [];
  client.setNotificationHandler('notifications/resources/updated', ({ params }) => void uris.push(params.uri));
  const subscription = await client.listen({ resourceSubscriptions: [NOTE], toolsListChanged: true });
  await touchUntil(() => uris[0] === NOTE);
  await subscription.close();
});

it('the official client 1.x is told progress and log messages, and subscribes', async () => {
  const client = new FirstClient(identity);
  await client.connect(new FirstTransport(new URL('/mcp', app.url), { requestInit: { headers: { 'x-api-key': key.raw } } }));
  open.push(client);
  const [told, logged, uris]: unknown[][] = [[], [], []];
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => void logged?.push(params.level));
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => void uris?.push(params.uri));
  await client.callTool({ name: 'talk_tell', arguments: {} }, undefined, { onprogress: ({ progress }) => told?.push(progress) });
  expect([told, logged]).toEqual([
    [0, 50, 100],
    ['info', 'error'],
  ]);
  await client.subscribeResource({ uri: NOTE });
  await touchUntil(() => uris?.[0] === NOTE);
});
