import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from './support/client.js';
import { type Peopled, openPeopled } from './support/person.js';

const UNKNOWN = '3f2b8c1e-0000-4000-8000-000000000000';
const sessions = '/api/v1/chat-sessions';
const messages = '/api/v1/chat-messages';

interface Session {
  readonly id: string;
  readonly title: string;
  readonly message_count: number;
}

interface Message {
  readonly position: number;
  readonly content: string;
}

describe('chat', () => {
  let world: Peopled;
  let agent: Client;
  const ada = () => world.person('ada');
  const begun = async (body: object = {}) => (await ada().post(sessions, body)).json.id;
  const said = (session_id: string, content: string) => ada().post(messages, { session_id, content });

  beforeAll(async () => {
    world = await openPeopled();
    agent = await world.agent('ada');
  });
  afterAll(() => world?.close());

  it('is begun by a person, with every field, defaults included', async () => {
    const { status, json } = await ada().post(sessions, {});
    expect(status).toBe(201);
    expect(json).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      title: 'New chat',
      project_id: null,
      agent_id: null,
      message_count: 0,
      created_by: (await ada().get('/api/v1/auth/me')).json.id,
      created_at: '2026-01-31T09:30:00Z',
      updated_at: '2026-01-31T09:30:00Z',
    });
  });

  it('takes messages of the person who is signed in, one place after the other', async () => {
    const session_id = await begun();
    const { status, json } = await ada().post(messages, { session_id, content: 'Hello', metadata: { from: 'web' } });
    expect(status).toBe(201);
    expect(json).toEqual({
      id: expect.any(String),
      session_id,
      position: 1,
      role: 'user',
      content: 'Hello',
      metadata: { from: 'web' },
      created_by: expect.any(String),
      created_at: '2026-01-31T09:30:00Z',
    });
    expect((await said(session_id, 'again')).json).toMatchObject({ position: 2 });
    expect((await ada().post(messages, { session_id, content: 'x', role: 'assistant' })).status).toBe(400);
  });

  it('gives messages that come at the same moment places without a gap, and each its own', async () => {
    const session = await begun();
    const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => said(session, `m${i}`)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 201));
    const { json } = await agent.get<Message[]>(`${messages}?session_id=${session}&limit=100`);
    expect(json.map(({ position }) => position)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(new Set(json.map(({ content }) => content)).size).toBe(12);
  });

  it('is read by agents over MCP as over REST, oldest message first, page by page', async () => {
    const session = await begun({ title: 'pages' });
    for (const word of ['a', 'b', 'c']) await said(session, word);
    const over = async (query: string) => (await agent.get<Message[]>(`${messages}?session_id=${session}&${query}`)).json.map(({ content }) => content);
    expect(await over('')).toEqual(['a', 'b', 'c']);
    expect(await over('limit=2&offset=1')).toEqual(['b', 'c']);
    expect(await over('offset=3')).toEqual([]);
    const tool = await agent.tool('chat_messages_list', { session_id: session });
    expect(tool.content[0]?.text).toBe((await agent.get(`${messages}?session_id=${session}`)).text);
    expect((await agent.tool('chat_sessions_list', {})).content[0]?.text).toBe((await agent.get(sessions)).text);
  });

  it('is listed by its latest message, with how many there are, and by project', async () => {
    const project_id = (await agent.post('/api/v1/projects', { name: 'p' })).json.id;
    const older = await begun({ title: 'older', project_id });
    world.app.now += 60_000;
    const newer = await begun({ title: 'newer', project_id });
    world.app.now += 60_000;
    await said(older, 'late');
    const { json } = await agent.get<Session[]>(`${sessions}?project_id=${project_id}`);
    expect(json.map(({ id, message_count }) => [id, message_count])).toEqual([
      [older, 1],
      [newer, 0],
    ]);
  });

  it('is renamed and deleted by people, with all that was said', async () => {
    const session = await begun({ title: 'before' });
    await said(session, 'x');
    expect((await ada().patch(`${sessions}/${session}`, { title: 'after' })).json).toMatchObject({ title: 'after', message_count: 1 });
    expect((await ada().patch(`${sessions}/${session}`, {})).json).toMatchObject({ title: 'after' });
    expect((await ada().patch(`${sessions}/${session}`, { title: ' ' })).status).toBe(400);
    expect((await ada().delete(`${sessions}/${session}`)).status).toBe(204);
    expect((await ada().delete(`${sessions}/${session}`)).status).toBe(404);
    expect((await agent.get(`${messages}?session_id=${session}`)).status).toBe(404);
    expect((await said(session, 'late')).status).toBe(404);
  });

  it('cannot be written by an agent: 403 for a key with every scope, and no tool', async () => {
    const session = await begun();
    for (const { status } of [
      await agent.post(sessions, {}),
      await agent.post(messages, { session_id: session, content: 'I am Ada' }),
      await agent.patch(`${sessions}/${session}`, { title: 'mine' }),
      await agent.delete(`${sessions}/${session}`),
    ])
      expect(status).toBe(403);
    const { result } = (await agent.rpc('tools/list')).json;
    const tools = result?.tools as readonly { name: string }[] | undefined;
    expect(tools?.map(({ name }) => name).filter((name) => name.startsWith('chat_'))).toEqual(['chat_messages_list', 'chat_sessions_list']);
    expect((await agent.get(`${messages}?session_id=${session}`)).json).toEqual([]);
  });

  it.each(['project_id', 'agent_id'])('is not begun with a %s that nobody has: 404 names it', async (field) => {
    const { status, json } = await ada().post<{ fields: object }>(sessions, { [field]: UNKNOWN });
    expect(status).toBe(404);
    expect(Object.keys(json.fields)).toEqual([field]);
  });

  it('of another tenant is as if it had never been', async () => {
    const session = await begun({ title: 'secret' });
    await said(session, 'secret');
    const eve = world.person('eve');
    for (const id of [session, UNKNOWN]) {
      expect((await eve.get(`${messages}?session_id=${id}`)).status).toBe(404);
      expect((await eve.post(messages, { session_id: id, content: 'x' })).status).toBe(404);
      expect((await eve.patch(`${sessions}/${id}`, { title: 'x' })).status).toBe(404);
      expect((await eve.delete(`${sessions}/${id}`)).status).toBe(404);
    }
    expect((await eve.get(sessions)).json).toEqual([]);
  });
});
