import { Client, StreamableHTTPClientTransport, type VersionNegotiationMode } from '@modelcontextprotocol/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, type TestKey, openApp } from '../../../../test/support/open-app.js';
import { PIXEL, limitedPlatform, offeringPlatform, toolsPlatform } from './offering-platform.js';

let app: TestApp;
let key: TestKey;
let reader: TestKey;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  app = await openApp(offeringPlatform);
  key = await app.key('ann@example.com');
  reader = await app.key('ann@example.com', ['notes:read']);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.close()));
});
afterAll(() => app.close());

async function connect(mode: VersionNegotiationMode, token = key.raw, url = app.url): Promise<Client> {
  const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', url), { requestInit: { headers: { authorization: `Bearer ${token}` } } }));
  open.push(client);
  return client;
}

describe.each<[string, VersionNegotiationMode]>([
  ['2025-11-25', 'legacy'],
  ['2026-07-28', { pin: '2026-07-28' }],
])('the official client of %s', (_version, mode) => {
  it('learns what there is to ask for', async () => {
    expect((await connect(mode)).getServerCapabilities()).toMatchObject({ tools: {}, resources: {}, prompts: {}, completions: {} });
  });

  it('is told of nothing that the platform does not have, and finds no method for it', async () => {
    const tools = await openApp(toolsPlatform);
    const { raw } = await tools.key('ann@example.com');
    const client = await connect(mode, raw, tools.url);
    const capabilities = client.getServerCapabilities() ?? {};
    expect(Object.keys(capabilities)).toContain('tools');
    expect(['resources', 'prompts', 'completions'].filter((name) => name in capabilities)).toEqual([]);
    for (const method of ['resources/list', 'resources/templates/list', 'resources/read', 'prompts/list', 'prompts/get', 'completion/complete'])
      expect((await tools.rpc(raw, method)).body.error.code).toBe(-32601);
    await client.close();
    await tools.close();
  });

  it('lists resources and templates, each with what it is', async () => {
    const client = await connect(mode);
    expect((await client.listResources()).resources).toEqual([
      { uri: 'acme://about', name: 'about', title: 'About', description: 'What this is.', mimeType: 'text/plain' },
      { uri: 'acme://logo', name: 'logo', title: 'Logo', description: 'A red dot.', mimeType: 'image/png' },
      { uri: 'acme://vault', name: 'vault', title: 'Vault', description: 'For few.', mimeType: 'application/json' },
    ]);
    expect((await client.listResourceTemplates()).resourceTemplates).toMatchObject([
      { uriTemplate: 'acme://folders/{folder}/named?is={name}', name: 'named', mimeType: 'application/json' },
      { uriTemplate: 'acme://notes/{id}', name: 'note' },
    ]);
  });

  it('reads text, bytes and the JSON of any other output, under fixed URIs and under templates', async () => {
    const client = await connect(mode);
    const contents = async (uri: string) => (await client.readResource({ uri })).contents;
    expect(await contents('acme://about')).toEqual([{ uri: 'acme://about', mimeType: 'text/plain', text: 'Notes.' }]);
    expect(await contents('acme://logo')).toEqual([{ uri: 'acme://logo', mimeType: 'image/png', blob: PIXEL }]);
    expect(await contents('acme://vault')).toEqual([{ uri: 'acme://vault', mimeType: 'application/json', text: '{"gold":3}' }]);
    expect(await contents('acme://notes/7')).toEqual([{ uri: 'acme://notes/7', mimeType: 'application/json', text: '{"id":7,"text":"a note in en"}' }]);
    const encoded = 'acme://folders/a%2Fb%20%C3%A9/named?is=x%26y';
    expect(await contents(encoded)).toEqual([{ uri: encoded, mimeType: 'application/json', text: '{"folder":"a/b é","name":"x&y"}' }]);
  });

  it('is told that a resource is not there, with the URI, whether no template fits or nothing is behind it', async () => {
    const client = await connect(mode);
    for (const uri of ['acme://nothing', 'acme://notes/10', 'acme://notes/', 'acme://notes/1/2', 'acme://notes/%C3', 'acme://about?x', 'ACME://about'])
      await expect(client.readResource({ uri })).rejects.toMatchObject({ code: -32602, data: { uri } });
  });

  it('is told which variable does not fit', async () => {
    const client = await connect(mode);
    for (const id of ['x', '1.5', '%00'])
      await expect(client.readResource({ uri: `acme://notes/${id}` })).rejects.toMatchObject({ code: -32602, data: { fields: { id: [expect.any(String)] } } });
    await expect(client.readResource({ uri: 'acme://notes/-1' })).rejects.toMatchObject({ code: -32602, data: { code: 'conflict' } });
  });

  it('lists prompts with their arguments, and gets their messages', async () => {
    const client = await connect(mode);
    expect((await client.listPrompts()).prompts.filter(({ name }) => name !== 'odd')).toEqual([
      {
        name: 'review',
        title: 'Review',
        description: 'Asks for a review.',
        arguments: [
          { name: 'text', description: 'What to review', required: true },
          { name: 'tone', required: false },
        ],
      },
    ]);
    expect(await client.getPrompt({ name: 'review', arguments: { text: 'this', tone: 'frank' } })).toMatchObject({
      description: 'A review',
      messages: [
        { role: 'user', content: { type: 'text', text: 'Review, frank: this' } },
        { role: 'user', content: { type: 'resource', resource: { uri: 'acme://about', mimeType: 'text/plain', text: 'Notes.' } } },
        { role: 'assistant', content: { type: 'image', data: PIXEL, mimeType: 'image/png' } },
      ],
    });
  });

  it('is told which argument of a prompt does not fit, that a prompt is not there, and what a prompt itself says no to', async () => {
    const client = await connect(mode);
    await expect(client.getPrompt({ name: 'review' })).rejects.toMatchObject({ code: -32602, data: { fields: { text: [expect.any(String)] } } });
    await expect(client.getPrompt({ name: 'revue' })).rejects.toMatchObject({ code: -32602, data: { code: 'unknown_prompt' } });
    await expect(client.getPrompt({ name: 'review', arguments: { text: 'gone' } })).rejects.toMatchObject({ code: -32602, data: { code: 'not_found' } });
  });

  it('asks for values of an argument and of a variable, of which a hundred are told at most', async () => {
    const client = await connect(mode);
    const asked = async (name: string, value: string) =>
      (await client.complete({ ref: { type: 'ref/prompt', name: 'review' }, argument: { name, value } })).completion;
    expect(await asked('tone', 'f')).toEqual({ values: ['frank'], total: 1, hasMore: false });
    expect(await asked('text', '')).toMatchObject({ total: 150, hasMore: true, values: { length: 100 } });
    const variable = {
      ref: { type: 'ref/resource' as const, uri: 'acme://folders/{folder}/named?is={name}' },
      argument: { name: 'name', value: 'n' },
      context: { arguments: { folder: 'inbox' } },
    };
    expect((await client.complete(variable)).completion.values).toEqual(['inbox/n1', 'inbox/n2']);
    expect((await client.complete({ ...variable, argument: { name: 'folder', value: 'i' } })).completion).toEqual({ values: [], total: 0, hasMore: false });
  });

  it('is told what it cannot have values for', async () => {
    const client = await connect(mode);
    const refs = [
      { type: 'ref/prompt' as const, name: 'revue' },
      { type: 'ref/resource' as const, uri: 'acme://notes/1' },
    ];
    for (const ref of refs) await expect(client.complete({ ref, argument: { name: 'text', value: '' } })).rejects.toMatchObject({ code: -32602 });
    const ref = { type: 'ref/prompt' as const, name: 'review' };
    await expect(client.complete({ ref, argument: { name: 'constructor', value: '' } })).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining('argument.name'),
    });
  });

  it('is told that it is our fault where suggestions are no texts, and waits for none that never come', async () => {
    const client = await connect(mode);
    const asked = (name: string) => client.complete({ ref: { type: 'ref/prompt', name: 'odd' }, argument: { name, value: '' } });
    await expect(asked('word')).rejects.toMatchObject({ code: -32603, data: { code: 'internal' } });
    await expect(asked('slow')).rejects.toMatchObject({ code: -32603, data: { code: 'timed_out' } });
  });

  it('is shown and given nothing beyond its scopes, and is told which one it lacks', async () => {
    const client = await connect(mode, reader.raw);
    expect((await client.listResources()).resources.map(({ name }) => name)).toEqual(['about', 'logo']);
    expect((await client.listPrompts()).prompts).toEqual([]);
    const denied = (scope: string) => ({ code: -32001, data: { code: 'insufficient_scope', missing: [scope] } });
    await expect(client.readResource({ uri: 'acme://vault' })).rejects.toMatchObject(denied('vault:read'));
    await expect(client.getPrompt({ name: 'review', arguments: { text: 'x' } })).rejects.toMatchObject(denied('notes:write'));
    for (const name of ['tone', 'unheard_of'])
      await expect(client.complete({ ref: { type: 'ref/prompt', name: 'review' }, argument: { name, value: '' } })).rejects.toMatchObject(
        denied('notes:write'),
      );
  });

  it('has content of every kind from a tool, which has no output schema and no structure', async () => {
    const client = await connect(mode);
    const { tools } = await client.listTools();
    expect(tools.map(({ name, outputSchema }) => [name, outputSchema === undefined])).toEqual([
      ['card', true],
      ['note', false],
      ['ship', false],
      ['wrong', true],
    ]);
    const result = await client.callTool({ name: 'card', arguments: {} });
    expect(result.structuredContent).toBeUndefined();
    expect(result.content).toEqual([
      { type: 'text', text: 'Hello', annotations: { audience: ['user'], priority: 0.5 } },
      { type: 'image', data: PIXEL, mimeType: 'image/png' },
      { type: 'audio', data: 'UklGRg==', mimeType: 'audio/wav' },
      { type: 'resource', resource: { uri: 'acme://about', mimeType: 'text/plain', text: 'Notes.' } },
      { type: 'resource_link', uri: 'acme://notes/1', name: 'note 1' },
    ]);
    expect(await client.callTool({ name: 'card', arguments: { full: true } })).toMatchObject({ isError: true, content: [{ type: 'text' }] });
  });

  it('repeats in headers what a tool asks for, whatever is in it', async () => {
    const client = await connect(mode);
    await client.listTools();
    for (const region of ['eu', ' 東京 ', '=?base64?x']) {
      const { structuredContent } = await client.callTool({ name: 'ship', arguments: { region, weight: 2, to: { fast: true } } });
      expect(structuredContent).toEqual({ shipped: region });
    }
  });

  it('never sees content that is none: that is a fault of ours', async () => {
    const client = await connect(mode);
    await expect(client.callTool({ name: 'wrong', arguments: {} })).rejects.toMatchObject({ code: -32603, data: { code: 'internal' } });
  });
});

const VERSION = '2026-07-28';
const meta = { 'io.modelcontextprotocol/protocolVersion': VERSION, 'io.modelcontextprotocol/clientCapabilities': {} };

/** One message as it goes over the wire, of a stateless client. */
function stateless(method: string, params: Record<string, unknown> = {}, name: unknown = params.name ?? params.uri, more: Record<string, string> = {}) {
  const headers = {
    ...more,
    'mcp-protocol-version': VERSION,
    'mcp-method': method,
    ...(typeof name === 'string' ? { 'mcp-name': name } : {}),
  };
  return app.call('POST', '/mcp', { token: key.raw, headers, body: { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: meta } } });
}

describe('on the wire', () => {
  it('each entry of a list names the scope that it takes', async () => {
    const scopes = async (method: string, member: string) => (await app.rpc(key.raw, method)).body.result[member].map(({ scope }: { scope: string }) => scope);
    expect(await scopes('resources/list', 'resources')).toEqual(['notes:read', 'notes:read', 'vault:read']);
    expect(await scopes('resources/templates/list', 'resourceTemplates')).toEqual(['notes:read', 'notes:read']);
    expect(await scopes('prompts/list', 'prompts')).toEqual(['notes:write', 'notes:write']);
  });

  it('a resource that is not there is -32002 before 2026-07-28 and -32602 since, each with the code and the URI', async () => {
    const uri = 'acme://notes/10';
    const data = { code: 'unknown_resource', uri, next: expect.any(String), request_id: expect.any(String) };
    const legacy = await app.rpc(key.raw, 'resources/read', { uri });
    expect([legacy.status, legacy.body.error]).toEqual([200, { code: -32002, message: 'There is no note 10.', data }]);
    const { status, body } = await stateless('resources/read', { uri });
    expect([status, body.error]).toEqual([200, { code: -32602, message: 'There is no note 10.', data }]);
  });

  it('stateless clients are told that results are complete, and for how long and for whom lists and resources may be kept', async () => {
    for (const method of ['resources/list', 'resources/templates/list', 'prompts/list'])
      expect((await stateless(method)).body.result).toMatchObject({ resultType: 'complete', ttlMs: 60_000, cacheScope: 'private' });
    expect((await stateless('resources/read', { uri: 'acme://about' })).body.result).toMatchObject({ resultType: 'complete', ttlMs: 0, cacheScope: 'private' });
    const prompt = (await stateless('prompts/get', { name: 'review', arguments: { text: 'x' } })).body.result;
    expect([prompt.resultType, prompt.ttlMs]).toEqual(['complete', undefined]);
    const completion = (await stateless('completion/complete', { ref: { type: 'ref/prompt', name: 'review' }, argument: { name: 'tone', value: '' } })).body
      .result;
    expect(completion).toMatchObject({ resultType: 'complete', completion: { values: ['kind', 'frank'] } });
    expect((await app.rpc(key.raw, 'resources/read', { uri: 'acme://about' })).body.result).toEqual({
      contents: [{ mimeType: 'text/plain', uri: 'acme://about', text: 'Notes.' }],
    });
  });

  it.each([
    ['resources/read', { uri: 'acme://about' }],
    ['prompts/get', { name: 'review' }],
  ])('%s whose header Mcp-Name is another, or lacks, is refused with -32020 and HTTP 400', async (method, params) => {
    for (const name of ['another', null]) {
      const { status, body } = await stateless(method, params, name);
      expect([status, body.error.code]).toEqual([400, -32020]);
    }
  });

  it.each<[string, object, Record<string, string>]>([
    ['lacks', { region: 'eu' }, {}],
    ['says something else', { region: 'eu' }, { 'mcp-param-region': 'us' }],
    ['is no Base64', { region: 'eu' }, { 'mcp-param-region': '=?base64?ZXU?=' }],
    ['says what no argument says', { region: 'eu' }, { 'mcp-param-region': 'eu', 'mcp-param-weight': '2' }],
    ['says another number', { region: 'eu', weight: 2 }, { 'mcp-param-region': 'eu', 'mcp-param-weight': '' }],
    ['lacks for a field within', { region: 'eu', to: { fast: true } }, { 'mcp-param-region': 'eu' }],
  ])('a header of an argument that %s is refused with -32020 and HTTP 400', async (_what, given, headers) => {
    const { status, body } = await stateless('tools/call', { name: 'ship', arguments: given }, 'ship', headers);
    expect([status, body.error.code, body.error.data.header]).toEqual([400, -32020, expect.stringMatching(/^Mcp-Param-/)]);
  });

  it('a header of an argument may be Base64, and a number be written in another way', async () => {
    const headers = { 'mcp-param-region': '=?base64?ZXU=?=', 'mcp-param-weight': '2.0' };
    const { body } = await stateless('tools/call', { name: 'ship', arguments: { region: 'eu', weight: 2 } }, 'ship', headers);
    expect(body.result.structuredContent).toEqual({ shipped: 'eu' });
  });

  it.each<[string, object, string]>([
    ['resources/read', {}, 'uri'],
    ['resources/read', { uri: 7 }, 'uri'],
    ['prompts/get', { name: {} }, 'name'],
    ['prompts/list', { cursor: 'next' }, 'cursor'],
    ['completion/complete', {}, 'ref.type'],
    ['completion/complete', { ref: { type: 'ref/tool', name: 'card' } }, 'ref.type'],
    ['completion/complete', { ref: { type: 'ref/prompt' } }, 'ref.name'],
    ['completion/complete', { ref: { type: 'ref/resource' } }, 'ref.uri'],
    ['completion/complete', { ref: { type: 'ref/prompt', name: 'review' }, argument: [] }, 'argument.name'],
    ['completion/complete', { ref: { type: 'ref/prompt', name: 'review' }, argument: { name: 'tone', value: 1 } }, 'argument.value'],
    [
      'completion/complete',
      { ref: { type: 'ref/prompt', name: 'review' }, argument: { name: 'tone', value: '' }, context: { arguments: { a: 1 } } },
      'context.arguments',
    ],
  ])('%s with %j is told the field %s', async (method, params, field) => {
    const { status, body } = await app.rpc(key.raw, method, params);
    expect([status, body.error.code, Object.keys(body.error.data.fields)]).toEqual([200, -32602, [field]]);
  });

  it('each call is one line in the log, under the name of its operation and with what came of it', async () => {
    await app.rpc(key.raw, 'resources/read', { uri: 'acme://logo' });
    await app.rpc(reader.raw, 'prompts/get', { name: 'review', arguments: { text: 'x' } });
    await app.rpc(key.raw, 'resources/list');
    const lines = app
      .logged()
      .split('\n')
      .flatMap((line) => (line.includes('"operation"') ? [JSON.parse(line)] : []))
      .slice(-3);
    expect(lines.map(({ operation, code, credential }) => [operation, code, credential])).toEqual([
      ['logo', undefined, `key:${key.id}`],
      ['review', 'insufficient_scope', `key:${reader.id}`],
      ['resources/list', undefined, `key:${key.id}`],
    ]);
  });
});

describe('a limit', () => {
  it('counts what is read at the cost of its operation, and suggestions at one; beyond it all of them are 429', async () => {
    const limited = await openApp(limitedPlatform);
    const { raw } = await limited.key('ann@example.com');
    const complete = { ref: { type: 'ref/resource', uri: 'acme://notes/{id}' }, argument: { name: 'id', value: '' } };
    expect((await limited.rpc(raw, 'resources/read', { uri: 'acme://vault' })).status).toBe(200);
    expect((await limited.rpc(raw, 'completion/complete', complete)).status).toBe(200);
    for (const [method, params] of [
      ['resources/read', { uri: 'acme://about' }],
      ['prompts/get', { name: 'review', arguments: { text: 'x' } }],
      ['completion/complete', complete],
    ] as const) {
      const { status, body, headers } = await limited.rpc(raw, method, params);
      expect([status, body.error.code, body.error.data.limit]).toEqual([429, -31429, { of: 'key', limit: 5, period_seconds: 3600 }]);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    await limited.close();
  });
});
