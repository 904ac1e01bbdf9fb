import { nippy as platform } from '@gatehouse/nippy';
import { type Platform, definePlatform } from 'gatehouse';
import { describe, expect, it } from 'vitest';
import { clientOf } from '../../../test/support/client.js';
import { type TestApp, openApp } from '../../../test/support/open-app.js';
import type { Failed } from './support/app.js';

const list = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'roulettes_list_roulettes', arguments: {} } };

async function served(altered: Platform, work: (call: () => Promise<{ status: number; json: Failed; headers: Headers }[]>, app: TestApp) => Promise<void>) {
  const app = await openApp(altered);
  try {
    const client = clientOf(app.url, { 'x-api-key': (await app.key('acme@example.com')).raw });
    await work(async () => [await client.post<Failed>('/mcp', list), await client.get<Failed>('/api/v1/roulettes')], app);
  } finally {
    await app.close();
  }
}

const always = { code: expect.any(String), detail: expect.any(String), request_id: expect.stringMatching(/^req_[a-z0-9]{24}$/i) };

describe('what goes wrong on our side, or too often,', () => {
  it('says 500 with the id of the request and nothing of the cause, over MCP and REST', async () => {
    const cause = 'the wheel fell off';
    const broken = platform.operations.map((binding) =>
      binding.op.name === 'roulettes_list_roulettes' ? { ...binding, run: () => Promise.reject(new Error(cause)) } : binding,
    );
    await served(definePlatform({ ...platform, operations: broken }), async (call, app) => {
      for (const { status, json } of await call()) {
        expect([status, json]).toEqual([500, expect.objectContaining({ ...always, error: 'internal_server_error' })]);
        expect(JSON.stringify(json)).not.toContain(cause);
        expect(app.logged()).toContain(json.request_id);
      }
    });
  });

  it('says 429 and when to try again, in the same words over MCP and REST', async () => {
    const plans = { tight: { limits: { key: { limit: 2, periodSeconds: 60 } } } };
    await served(definePlatform({ ...platform, tenancy: { ...platform.tenancy, plans, defaultPlan: 'tight' } }), async (call) => {
      expect((await call()).map(({ status }) => status)).toEqual([200, 200]);
      for (const { status, json, headers } of await call()) {
        expect([status, json]).toEqual([429, expect.objectContaining({ ...always, error: 'rate_limited', retry_after_seconds: expect.any(Number) })]);
        expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      }
    });
  });
});
