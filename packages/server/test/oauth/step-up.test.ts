import { definePlatform } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixtureSpec } from '../../../../test/support/fixture-platform.js';
import { type Answer, type TestApp, openApp } from '../../../../test/support/open-app.js';
import { connect } from './program.js';
import { call, challenged, letIn, readers, tokenOf } from './tokens.js';

let app: TestApp;
beforeAll(async () => {
  app = await openApp(definePlatform({ ...fixtureSpec, tenancy: readers }));
});
afterAll(() => app.close());

const VERSION = '2026-07-28';
const meta = {
  'io.modelcontextprotocol/protocolVersion': VERSION,
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** One message in either era. */
const eras: Record<string, (token: string, method: string, params?: Record<string, unknown>) => Promise<Answer>> = {
  'of the initialize era': (token, method, params) => app.rpc(token, method, params),
  'of 2026-07-28': (token, method, params = {}) => {
    const name = params.name ?? params.uri;
    const headers = { 'MCP-Protocol-Version': VERSION, 'Mcp-Method': method, ...(typeof name === 'string' ? { 'Mcp-Name': name } : {}) };
    return app.call('POST', '/mcp', { token, headers, body: { jsonrpc: '2.0', id: 1, method, params: { _meta: meta, ...params } } });
  },
};

const metadata = () => `${app.url}/.well-known/oauth-protected-resource/mcp`;
const asked = (scope: string, missing: string) => ({
  error: 'insufficient_scope',
  scope,
  resource_metadata: metadata(),
  error_description: `This needs ${missing}`,
});

/** A reader who is let in by a user whose role is that of a reader. */
async function readerOnly(email: string) {
  const mine = await letIn(app, { email, scopes: ['*'] });
  await app.gatehouse.store.tenants.setMember({ tenant: mine.tenant, user: mine.user, role: 'reader', createdAt: app.clock.now() });
  await app.gatehouse.store.changes.barrier([`role:${mine.tenant}:${mine.user}`]);
  return mine;
}

describe.each(Object.entries(eras))('for clients %s', (era, send) => {
  const locked = ({ body }: Answer, member: string): Record<string, unknown> =>
    Object.fromEntries(body.result[member].map((entry: { name: string; _meta?: Record<string, unknown> }) => [entry.name, entry._meta?.['gatehouse/locked']]));

  it('what its user could allow it is listed as locked, with the scope that is missing; what it may do is not', async () => {
    const { token } = await letIn(app, { scopes: ['things:read'] });
    const open = undefined;
    const write = { scope: 'things:write' };
    expect(locked(await send(token, 'tools/list'), 'tools')).toEqual({
      things_break: open,
      things_create: write,
      things_delete: write,
      things_get: open,
      things_list: open,
    });
    expect(locked(await send(token, 'prompts/list'), 'prompts')).toEqual({ things_praise: write });
    const nothing = await letIn(app, { scopes: [] });
    expect(Object.values(locked(await send(nothing.token, 'resources/list'), 'resources'))).toEqual([{ scope: 'things:read' }]);
    expect(Object.values(locked(await send(nothing.token, 'resources/templates/list'), 'resourceTemplates'))).toEqual([{ scope: 'things:read' }]);
    expect(Object.values(locked(await send(nothing.token, 'tools/list'), 'tools'))).not.toContain(undefined);
  });

  it('a locked tool that is called is 403, and names all that the client should ask for: what it holds, and what is missing', async () => {
    const { token } = await letIn(app, { scopes: ['things:read'] });
    const answer = await send(token, 'tools/call', { name: 'things_create', arguments: { name: 'x' } });
    expect([answer.status, challenged(answer)]).toEqual([403, asked('things:read things:write', 'things:write')]);
    expect(answer.body).toEqual({
      jsonrpc: '2.0',
      id: 1,
      error: {
        code: -32001,
        message: 'Permission denied: things_create needs the scope things:write.',
        data: { code: 'insufficient_scope', missing: ['things:write'], request_id: expect.any(String), next: expect.any(String) },
      },
    });
    const none = await letIn(app, { scopes: [] });
    expect(challenged(await send(none.token, 'tools/call', { name: 'things_list', arguments: {} }))).toEqual(asked('things:read', 'things:read'));
  });

  it('a locked resource, a locked prompt and what completes them are answered alike', async () => {
    const { token } = await letIn(app, { scopes: [] });
    const ways: [string, Record<string, unknown>, string][] = [
      ['resources/read', { uri: 'fixture://things' }, 'things:read'],
      ['prompts/get', { name: 'things_praise', arguments: { name: 'x' } }, 'things:write'],
      ['completion/complete', { ref: { type: 'ref/prompt', name: 'things_praise' }, argument: { name: 'name', value: '' } }, 'things:write'],
    ];
    for (const [method, params, missing] of ways) {
      const answer = await send(token, method, params);
      expect([method, answer.status, answer.body.error.code, challenged(answer)]).toEqual([method, 403, -32001, asked(missing, missing)]);
    }
  });

  it('after the second consent the same call works, and nothing of the first is lost', async () => {
    const resource = `${app.url}/mcp`;
    const first = await connect(app, { email: 'twice@example.com', ask: { scope: 'things:read', resource } });
    const { scope } = challenged(await send(first.access, 'tools/call', { name: 'things_create', arguments: { name: 'x' } }));
    const { access: token } = await connect(app, { ...first, email: 'twice@example.com', ask: { scope, resource } });
    for (const [name, args] of [
      ['things_create', { name: `made ${era}` }],
      ['things_list', {}],
    ] as const)
      expect((await send(token, 'tools/call', { name, arguments: args })).status).toBe(200);
    expect(Object.values(locked(await send(token, 'tools/list'), 'tools')).filter((mark) => mark !== undefined)).toEqual([]);
  });

  it('what its user may not do is not listed, is unknown when it is called, and asks for nothing', async () => {
    const { token } = await readerOnly(`reader.${era.length}@example.com`);
    expect(Object.keys(locked(await send(token, 'tools/list'), 'tools'))).toEqual(['things_break', 'things_get', 'things_list']);
    expect(locked(await send(token, 'prompts/list'), 'prompts')).toEqual({});
    const ways: [string, Record<string, unknown>][] = [
      ['tools/call', { name: 'things_create', arguments: { name: 'x' } }],
      ['prompts/get', { name: 'things_praise', arguments: { name: 'x' } }],
      ['completion/complete', { ref: { type: 'ref/prompt', name: 'things_praise' }, argument: { name: 'name', value: '' } }],
    ];
    for (const [method, params] of ways) {
      const hidden = await send(token, method, params);
      const nothing = await send(token, method, JSON.parse(JSON.stringify(params).replaceAll(/things_(create|praise)/g, 'no_such_one')));
      expect([method, hidden.status, challenged(hidden)]).toEqual([method, nothing.status, {}]);
      const told = ({ text }: Answer) => text.replaceAll(/req_\w+/g, 'req').replaceAll(/things_(create|praise)|no_such_one/g, 'name');
      expect(told(hidden)).toBe(told(nothing));
    }
  });
});

it('other credentials see no locked tools, and are told what they lack in a 200', async () => {
  const { raw } = await app.key('key@example.com', ['things:read']);
  const { body } = await app.rpc(raw, 'tools/list');
  expect(body.result.tools.map(({ name }: { name: string }) => name)).toEqual(['things_break', 'things_get', 'things_list']);
  expect(JSON.stringify(body)).not.toContain('gatehouse/locked');
  const denied = await call(app, raw, 'things_create', { name: 'x' });
  expect([denied.status, denied.body.error.code, challenged(denied)]).toEqual([200, -32001, {}]);
});

it('what no token can use is forbidden over REST, without a challenge', async () => {
  const { token } = await letIn(app, { scopes: ['*'] });
  const answer = await app.call('GET', '/api/v1/gatehouse/keys', { token });
  expect([answer.status, answer.body.code, challenged(answer)]).toEqual([403, 'forbidden', {}]);
});

it('over REST the challenge is the same', async () => {
  const { token } = await letIn(app, { scopes: ['things:read'] });
  const answer = await app.call('POST', '/api/v1/things', { token, body: { name: 'x' } });
  expect([answer.status, answer.body.code, answer.body.missing, challenged(answer)]).toEqual([
    403,
    'insufficient_scope',
    ['things:write'],
    asked('things:read things:write', 'things:write'),
  ]);
  const { token: reader } = await readerOnly('rest@example.com');
  const hidden = await app.call('POST', '/api/v1/things', { token: reader, body: { name: 'x' } });
  expect([hidden.status, hidden.body.code, challenged(hidden)]).toEqual([403, 'insufficient_scope', {}]);
});

it('in a batch the others are answered, and what is locked is told inside under its own id: a 403 would hide what was done', async () => {
  const { token } = await letIn(app, { scopes: ['things:read'] });
  const one = (id: number, name: string) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: { name: 'x' } } });
  const answer = await app.call('POST', '/mcp', {
    token,
    body: [{ ...one(1, 'things_list'), params: { name: 'things_list', arguments: {} } }, one(2, 'things_create')],
  });
  expect([answer.status, challenged(answer)]).toEqual([200, {}]);
  expect(answer.body).toEqual([
    expect.objectContaining({ id: 1, result: expect.anything() }),
    expect.objectContaining({ id: 2, error: expect.objectContaining({ code: -32001, data: expect.objectContaining({ missing: ['things:write'] }) }) }),
  ]);
});

it('a session goes on with the next token of its grant, and with one of a second consent; it is nobody else’s', async () => {
  const { token, tenant, client, grant } = await letIn(app, { email: 'session@example.com', scopes: ['things:read'] });
  const opened = await app.rpc(token, 'initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } });
  const session = opened.headers.get('mcp-session-id') ?? '';
  const ping = (by: string) => app.call('POST', '/mcp', { token: by, headers: { 'mcp-session-id': session }, body: { jsonrpc: '2.0', id: 2, method: 'ping' } });
  const { token: next } = await tokenOf(app, { tenant, client, grant, scopes: ['things:read'] });
  const again = await letIn(app, { email: 'session@example.com' });
  for (const by of [token, next, again.token]) expect((await ping(by)).status).toBe(200);
  const otherProgram = await letIn(app, { email: 'session@example.com', client: 'other' });
  const otherPerson = await letIn(app, { email: 'other-session@example.com' });
  for (const by of [otherProgram.token, otherPerson.token]) expect((await ping(by)).status).toBe(404);
});
