import { bindTo, defineOperation, definePlatform } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fixtureSpec } from '../../../../test/support/fixture-platform.js';
import { type TestApp, type TestKey, openApp } from '../../../../test/support/open-app.js';

const circular: Record<string, unknown> = {};
circular.self = circular;

/** What a handler may do by mistake. */
const mistakes: Record<string, () => unknown> = {
  rejects_with_undefined: () => Promise.reject(undefined),
  rejects_with_null: () => Promise.reject(null),
  rejects_with_text: () => Promise.reject('just text'),
  throws_an_object: () => {
    throw Object.create(null);
  },
  throws_an_error_that_throws: () => {
    throw new Proxy(new Error('odd'), {
      get: () => {
        throw new Error('odder');
      },
    });
  },
  answers_a_circle: () => circular,
  answers_a_bigint: () => ({ big: 1n }),
  answers_what_cannot_be_read: () => ({
    toJSON() {
      throw new Error('unreadable');
    },
  }),
};

const refined = defineOperation({
  name: 'refined_later',
  title: 'Refined',
  description: 'Has an asynchronous refinement.',
  access: { scope: 'things:read' },
  input: z.object({}),
  output: z.object({ a: z.string().refine(async () => true) }),
  effect: 'read',
  rest: { method: 'GET', path: '/mistakes/refined_later' },
});

let app: TestApp;
let key: TestKey;
beforeAll(async () => {
  const bind = bindTo([]);
  const operations = Object.entries(mistakes).map(([name, run]) => {
    const rest = { method: 'GET', path: `/mistakes/${name}` } as const;
    const op = defineOperation({
      name,
      title: name,
      description: name,
      access: { scope: 'things:read' },
      input: z.object({}),
      output: z.unknown(),
      effect: 'read',
      rest,
    });
    return bind(op, run);
  });
  app = await openApp(definePlatform({ ...fixtureSpec, operations: [...fixtureSpec.operations, ...operations, bind(refined, () => ({ a: 'a' }))] }));
  key = await app.key('ann@example.com');
});
afterAll(() => app.close());

describe('a handler by whose mistake nobody else suffers', () => {
  it.each([...Object.keys(mistakes), 'refined_later'])('%s: 500 over REST, -32603 over MCP, and the next call is served', async (name) => {
    const rest = await app.call('GET', `/api/v1/mistakes/${name}`, { token: key.raw });
    expect([rest.status, rest.body.code]).toEqual([500, 'internal']);
    const mcp = await app.rpc(key.raw, 'tools/call', { name });
    expect(mcp.body.error.code).toBe(-32603);
    expect(app.logged()).toContain(rest.body.request_id);
    expect((await app.call('GET', '/api/v1/things', { token: key.raw })).status).toBe(200);
  });
});
