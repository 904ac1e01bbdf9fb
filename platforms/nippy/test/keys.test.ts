import { Refusal } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseKind } from '../../../test/support/app-database.js';
import { gatehouse as command, temporaryFolder } from '../../../test/support/command-line.js';
import { scopes } from '../src/scopes.js';
import { type Client, type Failed, type Nippy, must, openNippy, withoutRequestId } from './support/app.js';

interface Key {
  readonly id: string;
  readonly key: string;
  readonly key_prefix: string;
}

const root = '/api/v1/api-keys';
let app: Nippy;
let ann: Client;
let bob: Client;

/** Somebody's session. */
async function person(email: string): Promise<Client> {
  const user = await app.gatehouse.users.findOrCreate(email);
  if (user instanceof Refusal) throw user;
  const { token } = await app.gatehouse.sessions.mint({ tenant: user.homeTenant, user: user.id, createdBy: 'test' });
  return app.as({ authorization: `Bearer ${token}` });
}

beforeAll(async () => {
  app = await openNippy();
  [ann, bob] = [await person('ann@example.com'), await person('bob@example.com')];
});
afterAll(() => app?.close());

const create = async (body: object = {}) => must(await ann.post<Key>(root, { name: 'Agent', ...body }));
const statusOf = async (key: string, path = '/api/v1/roulettes') => (await app.as(key).get(path)).status;

describe('a person', () => {
  it('generates a key, which is shown whole once, copies it, and revokes it at once', async () => {
    const { status, json, headers } = await ann.post<Key>(root, { name: 'Agent' });
    const shown = { id: expect.stringMatching(/^[0-9a-f]{24}$/), name: 'Agent', key_prefix: json.key.slice(0, 8), scopes: ['*'], expires_at: null };
    expect([status, headers.get('cache-control')]).toEqual([201, 'no-store']);
    expect(json).toEqual({ ...shown, key: expect.stringMatching(/^npk_[0-9a-f]{64}$/), created_at: expect.stringMatching(/Z$/) });
    expect(await statusOf(json.key)).toBe(200);
    const [listed] = must(await ann.get<object[]>(root));
    expect(listed).toEqual({ ...shown, created_at: expect.any(String), last_used_at: expect.any(String) });
    expect((await ann.delete(`${root}/${json.id}`)).status).toBe(204);
    expect(await statusOf(json.key)).toBe(401);
    expect(must(await ann.get<object[]>(root))).toEqual([]);
  });

  it('limits a key to verticals, and to read: all of the rest is 403, as documented', async () => {
    const { key } = await create({ scopes: ['roulettes:write', 'analytics:read'] });
    const paths = ['roulettes', 'analytics/collections', 'supply/stocks', 'learning/courses', 'flows'];
    expect(await Promise.all(paths.map((path) => statusOf(key, `/api/v1/${path}`)))).toEqual([200, 200, 403, 403, 403]);
    const read = await create({ scopes: ['roulettes:read'] });
    const refused = await app.as(read.key).post<Failed>('/api/v1/roulettes/items', { name: 'Cap' });
    expect([refused.status, refused.json.error, refused.json.detail]).toEqual([403, 'forbidden', 'Key does not have access to this tool']);
    expect((await app.as(key).post('/api/v1/roulettes/items', { name: 'Cap' })).status).toBe(201);
  });

  it.each([
    [{ scopes: ['roulettes'] }, 'scopes.0'],
    [{ scopes: ['*'] }, 'scopes.0'],
    [{ scopes: ['analytics:write'] }, 'scopes.0'],
    [{ name: ' ' }, 'name'],
    [{ expires_at: 'tomorrow' }, 'expires_at'],
    [{ business_id: 'x' }, 'business_id'],
  ])('asks for %j, which is none, and is told so', async (wrong, field) => {
    const { status, json } = await ann.post<Failed>(root, { name: 'x', ...wrong });
    expect([status, Object.keys(json.fields)]).toEqual([400, [field]]);
  });

  it('lets a key expire, from that moment on', async () => {
    const { key } = await create({ expires_at: new Date(app.now + 60_000).toISOString() });
    expect(await statusOf(key)).toBe(200);
    app.now += 60_000;
    expect(await statusOf(key)).toBe(401);
  });

  it('reaches no key of another business: as if there were none', async () => {
    const { id, key } = await create();
    const answers = [await bob.delete(`${root}/${id}`), await bob.delete(`${root}/${'0'.repeat(24)}`)];
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    expect(new Set(answers.map((answer) => withoutRequestId(answer).text)).size).toBe(1);
    expect(must(await bob.get<object[]>(root))).toEqual([]);
    expect(await statusOf(key)).toBe(200);
  });
});

describe('a key', () => {
  it('manages no keys, whatever it holds', async () => {
    const { id, key } = await create();
    const client = app.as(key);
    for (const answer of [await client.get(root), await client.post(root, { name: 'more' }), await client.delete(`${root}/${id}`)])
      expect(answer.status).toBe(403);
    const tools = JSON.stringify((await client.rpc('tools/list')).json.result);
    expect(tools).toContain('analytics_query');
    expect(tools).not.toContain('api_keys');
  });

  it('of each scope alone is shown the tools of that scope, and no others', async () => {
    for (const scope of scopes) {
      const { key } = await create({ scopes: [scope] });
      const { tools } = (await app.as(key).rpc('tools/list')).json.result as { tools: { name: string }[] };
      const verticals = new Set(tools.map(({ name }) => name.split('_')[0]));
      expect([scope, [...verticals]]).toEqual([scope, [scope.split(':')[0]]]);
      const writing = tools.some(({ name }) => /_(propose|create)_/.test(name));
      expect([scope, writing]).toEqual([scope, scope.endsWith(':write')]);
    }
  });
});

describe.runIf(databaseKind() === 'sqlite')('the command line', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  it('makes keys of a business, and service keys of none', async () => {
    const made = async (...args: string[]) =>
      JSON.parse((await command(['key', 'create', '--platform', 'nippy', '--data', folder.path, '--json', ...args])).stdout);
    expect(await made('--user', 'ann@example.com', '--name', 'Agent')).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      key: expect.stringMatching(/^npk_/),
      scopes: ['*'],
    });
    expect(JSON.stringify(await made('--no-tenant', '--name', 'Ops'))).toMatch(/nps_[0-9a-f]{64}/);
  });
});
