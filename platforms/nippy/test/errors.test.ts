import { nippy as platform } from '@gatehouse/nippy';
import { Refusal, definePlatform } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, clientOf } from '../../../test/support/client.js';
import { type TestApp, openApp } from '../../../test/support/open-app.js';
import type { Failed } from './support/app.js';

const CAUSE = 'the wheel fell off';
const BROKEN = 'roulettes_list_roulettes';
/** Nippy, of which one tool is broken, and each key is good for three calls a minute. */
const altered = definePlatform({
  ...platform,
  operations: platform.operations.map((binding) => (binding.op.name === BROKEN ? { ...binding, run: () => Promise.reject(new Error(CAUSE)) } : binding)),
  tenancy: { ...platform.tenancy, plans: { tight: { limits: { key: { limit: 3, periodSeconds: 60 } } } }, defaultPlan: 'tight' },
});

let app: TestApp;
beforeAll(async () => {
  app = await openApp(altered);
});
afterAll(() => app?.close());

type Headers = Record<string, string>;
type Ask = (headers: Headers, method: 'tools/list' | 'tools/call', name?: string) => Promise<Answer<Failed>>;

const post = (headers: Headers, method: string, params: object) => clientOf(app.url, headers).post<Failed>('/mcp', { jsonrpc: '2.0', id: 1, method, params });
const initialize: Ask = (headers, method, name) => post(headers, method, name === undefined ? {} : { name, arguments: {} });
const VERSION = '2026-07-28';
const stateless: Ask = (headers, method, name) => {
  const client = { clientInfo: { name: 'test', version: '1' }, clientCapabilities: {}, protocolVersion: VERSION };
  const _meta = Object.fromEntries(Object.entries(client).map(([member, value]) => [`io.modelcontextprotocol/${member}`, value]));
  const said = { 'mcp-protocol-version': VERSION, 'mcp-method': method, ...(name === undefined ? {} : { 'mcp-name': name }) };
  return post({ ...headers, ...said }, method, { _meta, ...(name === undefined ? {} : { name, arguments: {} }) });
};
const rest: Ask = (headers) => clientOf(app.url, headers).get<Failed>('/api/v1/roulettes');

const keyWith = async (scopes?: readonly string[]): Promise<Headers> => ({ 'x-api-key': (await app.key('acme@example.com', scopes)).raw });
const request_id = expect.stringMatching(/^req_[a-z0-9]{24}$/);
const next = expect.any(String);

function expectBody({ status, headers, json }: Answer<Failed>, wanted: number, body: object): void {
  expect([status, json]).toEqual([wanted, { ...body, next, request_id }]);
  expect([headers.get('x-request-id'), headers.get('content-type')?.split(';')[0]]).toEqual([json.request_id, 'application/json']);
}

describe.each([
  ['over MCP to a client of the initialize era', initialize],
  ['over MCP to a stateless client', stateless],
  ['over REST', rest],
])('the documented body %s', (_where, ask) => {
  it('of 401: nobody’s call, whatever it asks for', async () => {
    for (const answer of [await ask({}, 'tools/list'), await ask({}, 'tools/call', BROKEN), await ask({}, 'tools/call', 'unknown')]) {
      expectBody(answer, 401, { error: 'Unauthorized', code: 'unauthenticated', detail: 'A credential is required.' });
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
  });

  it('of 403: a key without the vertical, or without the right to write', async () => {
    const body = { error: 'forbidden', code: 'insufficient_scope', detail: 'Key does not have access to this tool' };
    expectBody(await ask(await keyWith(['supply:read']), 'tools/call', BROKEN), 403, { ...body, missing: ['roulettes:read'] });
    if (ask === rest) return;
    const tool = 'roulettes_create_item';
    expectBody(await ask(await keyWith(['roulettes:read']), 'tools/call', tool), 403, { ...body, missing: ['roulettes:write'] });
  });

  it('of 400: a credential of no business, at tools/list and at tools/call', async () => {
    const made = await app.gatehouse.serviceKeys.mint('ops', null);
    if (made instanceof Refusal) throw made;
    const text = 'ValueError: MCP tools require tenant-bound auth (npk_* key or OAuth Bearer)';
    const headers = { 'x-api-key': made.raw };
    for (const answer of [await ask(headers, 'tools/list'), await ask(headers, 'tools/call', BROKEN), await ask(headers, 'tools/call', 'unknown')])
      expectBody(answer, 400, { error: text, code: 'tenant_required', detail: text });
  });

  it('of 500, with nothing of the cause, which is in the log under its request; and of 429, with when to try again', async () => {
    const headers = await keyWith();
    for (let calls = 0; calls < 3; calls += 1) {
      const broken = await ask(headers, 'tools/call', BROKEN);
      expectBody(broken, 500, { error: 'internal_server_error', code: 'internal', detail: expect.not.stringContaining(CAUSE) });
      expect(app.logged()).toContain(broken.json.request_id);
    }
    const limited = await ask(headers, 'tools/call', BROKEN);
    const seconds = Number(limited.headers.get('retry-after'));
    expectBody(limited, 429, { error: 'rate_limited', code: 'rate_limited', detail: expect.stringContaining('limit'), retry_after_seconds: seconds });
    expect(seconds).toBeGreaterThan(0);
  });
});
