import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as FirstClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as FirstTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { CreateMessageRequestSchema, ElicitRequestSchema, ListRootsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, type TestKey, openApp } from '../../../../test/support/open-app.js';
import { conversationPlatform } from './conversation-platform.js';
import { Events } from './events.js';

let app: TestApp;
let key: TestKey;
let other: TestKey;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  app = await openApp(conversationPlatform);
  key = await app.key('ann@example.com');
  other = await app.key('ann@example.com');
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.close()));
});
afterAll(() => app.close());

const ALL = { elicitation: {}, sampling: {}, roots: {} };
const written = { role: 'assistant' as const, content: { type: 'text' as const, text: 'Hi there' }, model: 'test', stopReason: 'endTurn' };
const folders = { roots: [{ uri: 'file:///here', name: 'Here' }] };

interface Asked {
  readonly can?: object;
  readonly token?: string;
  readonly args?: object;
  readonly inputResponses?: unknown;
  readonly requestState?: unknown;
}

async function stateless(name: string, { can = ALL, token = key.raw, args = {}, ...more }: Asked = {}, method = 'tools/call') {
  const params = {
    ...(method === 'resources/read' ? { uri: name } : { name, arguments: args }),
    ...more,
    _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': can },
  };
  const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method, 'mcp-name': name };
  return app.call('POST', '/mcp', { token, headers, body: { jsonrpc: '2.0', id: 1, method, params } });
}

const said = (result: { structuredContent: { said: string } }) => result.structuredContent.said;
const accept = (content: object) => ({ action: 'accept', content });

describe('a stateless client', () => {
  it('is told what the call lacks, answers by calling anew, and has its result', async () => {
    const first = await stateless('talk_name');
    expect(first.status).toBe(200);
    expect(first.body.result).toEqual({
      resultType: 'input_required',
      inputRequests: {
        user_name: {
          method: 'elicitation/create',
          params: {
            message: 'What is your name?',
            requestedSchema: { type: 'object', properties: { name: { type: 'string', minLength: 1 } }, required: ['name'] },
          },
        },
      },
      requestState: expect.any(String),
      _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'fixture', version: '1.2.3' } },
    });
    const { requestState } = first.body.result;
    const second = await stateless('talk_name', { inputResponses: { user_name: accept({ name: 'Ann' }), stray: 1 }, requestState });
    expect([second.body.result.resultType, said(second.body.result)]).toEqual(['complete', 'Hello, Ann!']);
  });

  it.each(['decline', 'cancel'])('can %s, which is an answer', async (action) => {
    const { body } = await stateless('talk_name', { inputResponses: { user_name: { action } } });
    expect(said(body.result)).toBe(`You chose to ${action}.`);
  });

  it.each([12, null, { action: 'maybe' }, accept({}), accept({ name: '' }), accept({ name: 7 })])(
    'is asked again where %j is its answer',
    async (user_name) => {
      const { body } = await stateless('talk_name', { inputResponses: { user_name } });
      expect(body.result.resultType).toBe('input_required');
    },
  );

  it.each([null, [], 'all', 7])('is refused where %j are its answers', async (inputResponses) => {
    const { status, body } = await stateless('talk_name', { inputResponses });
    expect([status, body.error.code]).toEqual([400, -32602]);
  });

  it('is asked for everything at once, of every kind', async () => {
    const { body } = await stateless('talk_all');
    expect(Object.values(body.result.inputRequests).map((request) => (request as { method: string }).method)).toEqual([
      'elicitation/create',
      'sampling/createMessage',
      'roots/list',
    ]);
    const { requestState } = body.result;
    const partly = await stateless('talk_all', { inputResponses: { form: accept({ name: 'Ann' }), folders }, requestState });
    expect(Object.keys(partly.body.result.inputRequests)).toEqual(['written']);
    const whole = await stateless('talk_all', { inputResponses: { written }, requestState: partly.body.result.requestState });
    expect(said(whole.body.result)).toBe('Ann; Hi there; file:///here');
  });

  it('goes through rounds, and what was kept is found in each', async () => {
    const first = await stateless('talk_rounds');
    const second = await stateless('talk_rounds', { inputResponses: { step1: accept({ name: 'Ann' }) }, requestState: first.body.result.requestState });
    expect(Object.keys(second.body.result.inputRequests)).toEqual(['step2']);
    const third = await stateless('talk_rounds', { inputResponses: { step2: accept({ colour: 'blue' }) }, requestState: second.body.result.requestState });
    expect(said(third.body.result)).toBe('Ann blue true');
  });

  it('gets a prompt that asks', async () => {
    const first = await stateless('ask_prompt', {}, 'prompts/get');
    expect(Object.keys(first.body.result.inputRequests)).toEqual(['context']);
    const { requestState } = first.body.result;
    const second = await stateless('ask_prompt', { inputResponses: { context: accept({ context: 'tests' }) }, requestState }, 'prompts/get');
    expect(second.body.result.messages[0].content.text).toBe('tests');
  });

  it('is refused with what it would have to declare', async () => {
    const { status, body } = await stateless('talk_all', { can: { sampling: {} } });
    expect([status, body.error.code, body.error.data.requiredCapabilities]).toEqual([400, -32021, { elicitation: {}, roots: {} }]);
    expect((await stateless('talk_name', { can: { elicitation: { url: {} } } })).body.error.code).toBe(-32021);
    expect((await stateless('talk_name', { can: { elicitation: { form: {} } } })).body.result.resultType).toBe('input_required');
  });
});

describe('requestState', () => {
  const refused = { status: 400, body: { error: { code: -32602, data: { code: 'invalid_input', fields: { requestState: [expect.any(String)] } } } } };
  const stateOf = async () => (await stateless('talk_name')).body.result.requestState as string;
  const inputResponses = { user_name: accept({ name: 'Ann' }) };

  it('is refused where it was changed, made up, another caller’s, another call’s, or is no text', async () => {
    const requestState = await stateOf();
    const flipped = requestState.slice(0, -2) + (requestState.endsWith('A') ? 'BB' : 'AA');
    for (const bad of [`${requestState}-TAMPERED`, flipped, requestState.slice(0, 20), '', 'x', 7, null, {}]) {
      expect(await stateless('talk_name', { inputResponses, requestState: bad })).toMatchObject(refused);
    }
    expect(await stateless('talk_name', { inputResponses, requestState, token: other.raw })).toMatchObject(refused);
    expect(await stateless('talk_all', { inputResponses, requestState })).toMatchObject(refused);
    expect(await stateless('talk_name', { inputResponses, requestState, args: { greeting: 'Bye' } })).toMatchObject(refused);
    expect((await stateless('talk_name', { inputResponses, requestState })).status).toBe(200);
  });

  it('expires after an hour', async () => {
    const requestState = await stateOf();
    app.clock.advance(3_599_000);
    expect((await stateless('talk_name', { inputResponses, requestState })).status).toBe(200);
    app.clock.advance(1_000);
    expect(await stateless('talk_name', { inputResponses, requestState })).toMatchObject(refused);
  });

  it('shows nothing of what it holds, and is never twice the same', async () => {
    const first = await stateless('talk_rounds', { inputResponses: { step1: accept({ name: 'Annabella' }) } });
    const { requestState } = first.body.result;
    expect(Buffer.from(requestState, 'base64url').toString('latin1')).not.toContain('Annabella');
    expect(await stateOf()).not.toBe(await stateOf());
  });
});

describe('a client of the initialize era', () => {
  async function session(capabilities: object, token = key.raw): Promise<Record<string, string>> {
    const { headers } = await app.rpc(token, 'initialize', { protocolVersion: '2025-11-25', capabilities, clientInfo: { name: 't', version: '1' } });
    return { 'mcp-session-id': headers.get('mcp-session-id') ?? '' };
  }
  const call = (name: string, headers: Record<string, string>, accepts = 'application/json, text/event-stream') =>
    Events.open(app.url, {
      token: key.raw,
      headers: { ...headers, accept: accepts },
      body: { jsonrpc: '2.0', id: 5, method: 'tools/call', params: { name, arguments: {} } },
    });
  const post = (body: object, headers: Record<string, string>, token = key.raw) => app.call('POST', '/mcp', { token, headers, body });

  it('is asked over the stream of the call, and answers with a message of its own', async () => {
    const own = await session(ALL);
    const events = await call('talk_name', own);
    const asked = await events.at(0);
    expect(asked).toMatchObject({ jsonrpc: '2.0', method: 'elicitation/create', params: { message: 'What is your name?' } });
    const answer = { jsonrpc: '2.0', id: asked.id, result: accept({ name: 'Ann' }) };
    expect((await post(answer, own, other.raw)).status).toBe(202);
    expect(events.messages).toHaveLength(1);
    const { status, text } = await post(answer, own);
    expect([status, text]).toEqual([202, '']);
    const [, result] = await events.all();
    expect([result.id, said(result.result)]).toEqual([5, 'Hello, Ann!']);
  });

  it('is refused where it declared nothing, has no session, or takes no events', async () => {
    const code = async (headers: Record<string, string>, accepts?: string) => {
      const [{ error }] = await (await call('talk_name', headers, accepts)).all();
      return [error.code, error.data.requiredCapabilities];
    };
    expect(await code(await session({}))).toEqual([-32021, { elicitation: {} }]);
    expect(await code({})).toEqual([-32021, { elicitation: {} }]);
    expect(await code(await session(ALL), 'application/json')).toEqual([-32021, { elicitation: {} }]);
  });

  it('is told why where its answer is an error, or does not fit', async () => {
    const own = await session(ALL);
    const failing = async (answer: object) => {
      const events = await call('talk_name', own);
      const { id } = await events.at(0);
      await post({ jsonrpc: '2.0', id, ...answer }, own);
      return (await events.all())[1].error;
    };
    expect(await failing({ error: { code: -1, message: 'Nobody is here' } })).toMatchObject({
      code: -32021,
      message: expect.stringContaining('Nobody is here'),
    });
    expect(await failing({ result: accept({ name: 7 }) })).toMatchObject({ code: -32602, data: { fields: { name: [expect.any(String)] } } });
  });

  it('is the official client 1.x', async () => {
    const client = new FirstClient({ name: 'test', version: '1.0.0' }, { capabilities: ALL });
    client.setRequestHandler(ElicitRequestSchema, async () => ({ action: 'accept' as const, content: { name: 'Bob' } }));
    client.setRequestHandler(CreateMessageRequestSchema, async () => written);
    client.setRequestHandler(ListRootsRequestSchema, async () => folders);
    await client.connect(new FirstTransport(new URL('/mcp', app.url), { requestInit: { headers: { 'x-api-key': key.raw } } }));
    open.push(client);
    expect((await client.callTool({ name: 'talk_all', arguments: {} })).structuredContent).toEqual({ said: 'Bob; Hi there; file:///here' });
  });
});

describe.each(['legacy', 'auto'] as const)('the official client 2.x in its mode %s', (mode) => {
  it('answers what a tool asks', async () => {
    const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode }, capabilities: ALL });
    client.setRequestHandler('elicitation/create', async () => ({ action: 'accept' as const, content: { name: 'Bob' } }));
    client.setRequestHandler('sampling/createMessage', async () => written);
    client.setRequestHandler('roots/list', async () => folders);
    await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', app.url), { requestInit: { headers: { authorization: `Bearer ${key.raw}` } } }));
    open.push(client);
    expect((await client.callTool({ name: 'talk_all', arguments: {} })).structuredContent).toEqual({ said: 'Bob; Hi there; file:///here' });
    expect((await client.callTool({ name: 'talk_name', arguments: {} })).structuredContent).toEqual({ said: 'Hello, Bob!' });
  });
});
