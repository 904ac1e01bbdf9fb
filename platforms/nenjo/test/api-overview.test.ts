import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Nenjo, openNenjo } from './support/app.js';
import { ClerkStandIn } from './support/clerk.js';

/** The documented "API Overview", example by example. */
describe('the API overview', () => {
  let clerk: ClerkStandIn;
  let app: Nenjo;
  let key: string;
  const session = () => clerk.token(app.now, { sub: 'user_ada' });

  beforeAll(async () => {
    clerk = await ClerkStandIn.start();
    app = await openNenjo({ CLERK_ISSUER: clerk.issuer });
    key = await app.keyOf('ada@example.com');
  });
  afterAll(async () => {
    await app?.close();
    await clerk?.close();
  });

  it('tells its version to anyone, as exactly two fields', async () => {
    const { status, text } = await app.as().get('/api/v1/version');
    expect(status).toBe(200);
    expect(text).toBe('{"version":"0.1.0","api":"v1"}');
  });

  it('takes a Clerk session token, and a key in either header, on REST', async () => {
    expect((await app.as(session()).get('/api/v1/projects')).status).toBe(200);
    expect((await app.as(key).get('/api/v1/projects')).status).toBe(200);
    expect((await app.as().get('/api/v1/projects', { 'x-api-key': key })).status).toBe(200);
  });

  it('takes a key in either header, and a Clerk session token, on MCP', async () => {
    const list = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} });
    expect((await app.as().post('/mcp', list, { authorization: `Bearer ${key}` })).status).toBe(200);
    expect((await app.as().post('/mcp', list, { 'x-api-key': key })).status).toBe(200);
    expect((await app.as(session()).post('/mcp', list)).status).toBe(200);
  });

  it('answers 401 with a text in `error` and a challenge where the credential is missing or wrong', async () => {
    for (const client of [app.as(), app.as(`nen_${'0'.repeat(64)}`), app.as('nonsense')]) {
      for (const answer of [await client.get('/api/v1/tickets'), await client.post('/mcp', { jsonrpc: '2.0', id: 1, method: 'tools/list' })]) {
        expect(answer.status).toBe(401);
        expect(answer.headers.get('www-authenticate')).toContain('Bearer');
      }
      expect((await client.get('/api/v1/tickets')).json.error).toEqual(expect.any(String));
    }
  });

  it('has no socket yet: 404', async () => {
    expect((await app.as(key).get('/ws')).status).toBe(404);
  });

  it('refuses two credentials in one request', async () => {
    expect((await app.as(key).get('/api/v1/tickets', { 'x-api-key': key })).status).toBe(401);
  });

  it('answers REST errors with a text in `error`, a code and a request id', async () => {
    const { status, json } = await app.as(key).get('/api/v1/tickets/3f2b8c1e-0000-4000-8000-000000000000');
    expect(status).toBe(404);
    expect(json).toEqual({
      error: expect.any(String),
      next: expect.any(String),
      code: 'not_found',
      request_id: expect.stringMatching(/^req_[A-Za-z0-9]{24}$/),
    });
  });

  it('answers -32700 to what is not JSON, with HTTP 400', async () => {
    const { status, json } = await app.as(key).post('/mcp', '{"jsonrpc": ');
    expect(status).toBe(400);
    expect(json).toMatchObject({ jsonrpc: '2.0', id: null, error: { code: -32700 } });
  });

  it('answers -32601 to an unknown method, which the message names, with HTTP 200 and the id', async () => {
    const { status, json } = await app.as(key).rpc('unknown_method');
    expect(status).toBe(200);
    expect(json).toMatchObject({ jsonrpc: '2.0', id: 1, error: { code: -32601, message: 'Method not found: unknown_method' } });
  });

  it('answers -32602 to bad parameters and to an unknown tool', async () => {
    expect((await app.as(key).rpc('tools/call', { name: 'tickets_list', arguments: { limit: 0 } })).json.error?.code).toBe(-32602);
    expect((await app.as(key).rpc('tools/call', { name: 'tickets_burn', arguments: {} })).json.error?.code).toBe(-32602);
    expect((await app.as(key).rpc('tools/call', {})).json.error?.code).toBe(-32602);
  });

  it('answers -32001 to a tool outside the scopes, and names the one that lacks', async () => {
    const reader = await app.keyOf('ada@example.com', ['tickets:read']);
    const { status, json } = await app.as(reader).rpc('tools/call', { name: 'tickets_create', arguments: {} });
    expect(status).toBe(200);
    expect(json.error).toMatchObject({ code: -32001, data: { missing: ['tickets:write'] } });
  });

  it('shakes hands as documented: version 2025-03-26, tools, name and version; then 204 without a body', async () => {
    const { json, headers } = await app.as(key).rpc('initialize', {});
    expect(json.result).toEqual({
      protocolVersion: '2025-03-26',
      capabilities: { tools: {} },
      serverInfo: { name: 'nenjo', version: '0.1.0' },
      instructions: expect.any(String),
    });
    expect(headers.get('mcp-session-id')).toBeNull();
    const done = await app.as(key).post('/mcp', { jsonrpc: '2.0', method: 'notifications/initialized', params: {} });
    expect(done.status).toBe(204);
    expect(done.text).toBe('');
  });

  it('answers the worker, which sends notifications/initialized with an id', async () => {
    const { status, json } = await app.as(key).post('/mcp', { jsonrpc: '2.0', id: 1, method: 'notifications/initialized' });
    expect(status).toBe(200);
    expect(json).toEqual({ jsonrpc: '2.0', id: 1, result: {} });
  });

  it('declares the 16 documented scopes', () => {
    const both = ['tickets', 'projects', 'documents', 'pipelines', 'executions', 'agents', 'councils'];
    expect(app.gatehouse.platform.scopes).toEqual([...both.flatMap((group) => [`${group}:read`, `${group}:write`]), 'chat:read', 'graph:read']);
  });
});
