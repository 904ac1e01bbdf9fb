import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type TestApp, type TestKey, openApp } from '../../../../test/support/open-app.js';

let app: TestApp;
let key: TestKey;
beforeAll(async () => {
  app = await openApp(fixturePlatform);
  key = await app.key('ann@example.com');
});
afterAll(() => app.close());

const LONG = 'x'.repeat(500_000);
const META = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} };
const manyFields = () => Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`field${index}`, 1]));
/** An answer that only says what was wrong; a request may be a mebibyte. */
const SMALL = 20_000;

describe('a refusal is short, however much was sent', () => {
  it.each([
    ['many unknown fields', () => ({ name: 'x', ...manyFields() })],
    ['one unknown field with a long name', () => ({ name: 'x', [LONG]: 1 })],
  ])('over REST: %s', async (_what, body) => {
    const { status, text, body: answer } = await app.call('POST', '/api/v1/things', { token: key.raw, body: body() });
    expect([status, answer.code]).toEqual([400, 'invalid_input']);
    expect(Object.keys(answer.fields).length).toBeGreaterThan(0);
    expect(text.length).toBeLessThan(SMALL);
  });

  it('over REST: many values in a query', async () => {
    const { status, text } = await app.call('GET', `/api/v1/things?${'flag=true&flag=false&'.repeat(600)}`, { token: key.raw });
    expect(status).toBe(400);
    expect(text.length).toBeLessThan(SMALL);
  });

  it.each([
    ['a tool that is not there', 'tools/call', { name: LONG }],
    ['arguments that are not known', 'tools/call', { name: 'things_create', arguments: manyFields() }],
    ['a method that is not there', LONG, {}],
    ['a version that is not there', 'tools/list', { _meta: { ...META, 'io.modelcontextprotocol/protocolVersion': LONG } }],
  ])('over MCP: %s', async (_what, method, params) => {
    const { text, body } = await app.rpc(key.raw, method, params);
    expect(body.error.code).toBeLessThan(0);
    expect(text.length).toBeLessThan(SMALL);
  });

  it.each([{ 'mcp-method': 'tools/call' }, { 'mcp-method': 'tools/list' }])('over MCP: headers and a body that do not agree: %j', async (header) => {
    const params = { name: LONG, _meta: META };
    const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-name': 'other', ...header };
    const { text, status } = await app.call('POST', '/mcp', { token: key.raw, headers, body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params } });
    expect(status).toBe(400);
    expect(text.length).toBeLessThan(SMALL);
  });
});

describe('names that every object has', () => {
  const names = ['constructor', '__proto__', 'toString', 'hasOwnProperty'];

  it.each(names)('are no method and no tool: %s', async (name) => {
    expect((await app.rpc(key.raw, name)).body.error.code).toBe(-32601);
    expect((await app.rpc(key.raw, 'tools/call', { name })).body.error).toMatchObject({ code: -32602, data: { code: 'unknown_tool' } });
  });

  it.each(names)('are no field of a body or a query: %s', async (name) => {
    const body = `{"name":"x","${name}":{"name":"y"}}`;
    const answer = await app.call('POST', '/api/v1/things', { token: key.raw, body });
    const told = name === '__proto__' ? 'The body has a member named __proto__.' : `"${name}":["Unknown field"]`;
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(told)]);
    expect((await app.call('GET', `/api/v1/things?${name}=1`, { token: key.raw })).status).toBe(400);
  });

  it.each(names)('are no route: %s', async (name) => {
    expect((await app.call('GET', `/api/v1/${name}`, { token: key.raw })).status).toBe(404);
  });
});
