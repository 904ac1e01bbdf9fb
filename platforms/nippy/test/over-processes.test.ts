import { nippy as platform } from '@gatehouse/nippy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseKind, newAppDatabase } from '../../../test/support/app-database.js';
import { clientOf } from '../../../test/support/client.js';
import { type TestApp, openApp, settableClock } from '../../../test/support/open-app.js';
import type { Db } from '../src/tables.js';
import { type Client, type Created, must } from './support/app.js';

/** On PostgreSQL two processes on one database; on SQLite the one that there can be. */
const clock = settableClock();
// What tokens are good for is said by the public address, whichever process is called.
const flags = { publicUrl: 'http://127.0.0.1:4100' };
const apps: TestApp[] = [];

beforeAll(async () => {
  const database = await newAppDatabase(databaseKind(), platform);
  apps.push(await openApp(platform, { clock, flags, database }));
  if (databaseKind() === 'postgres') apps.push(await openApp(platform, { clock, flags, database: { ...database, remove: async () => undefined } }));
}, 60_000);
afterAll(async () => {
  // The database goes with the app that was opened first.
  for (const app of apps.toReversed()) await app.close();
});

const first = () => apps[0] as TestApp;
const last = () => apps.at(-1) as TestApp;
const clients = (headers: Record<string, string>): Client[] => apps.map(({ url }) => clientOf(url, headers));
const list = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} };
/** On every process, over MCP and REST. */
const statuses = (headers: Record<string, string>) =>
  Promise.all(clients(headers).flatMap((client) => [client.post('/mcp', list), client.get('/api/v1/roulettes')].map(async (answer) => (await answer).status)));
const everywhere = (status: number) => Array(apps.length * 2).fill(status);

describe('with the answer, at every process,', () => {
  it('a key is traded for a token, and when the key is revoked at one both are 401 on the next call at all', async () => {
    const key = await first().key('acme@example.com');
    const body = { grant_type: 'client_credentials', client_id: key.id, client_secret: key.raw };
    const tokens = await Promise.all(clients({}).map(async (client) => must(await client.post<{ access_token: string }>('/oauth/token', body)).access_token));
    const credentials = [{ 'x-api-key': key.raw }, ...tokens.map((token) => ({ authorization: `Bearer ${token}` }))];
    for (const headers of credentials) expect(await statuses(headers)).toEqual(everywhere(200));
    await last().gatehouse.keys.revoke(key.tenant, key.id);
    for (const headers of credentials) expect(await statuses(headers)).toEqual(everywhere(401));
    const again = await clients({})[0]?.post('/oauth/token', body);
    expect(again?.status).toBe(401);
  });
});

describe('a member', () => {
  const post = async (path: string, token: string, body: object, at = first()) =>
    must(await clientOf(at.url, token).post<{ id: string; key: string }>(`/api/v1${path}`, body));
  /** At every process what may be read and written, over REST and MCP, and which tools that write are listed. */
  const may = async (headers: Record<string, string>) => {
    const name = { name: 'Cap' };
    const at = await Promise.all(
      clients(headers).map(async (client) => {
        const answers = [
          await client.get('/api/v1/roulettes'),
          await client.post('/api/v1/roulettes/items', name),
          await client.post('/mcp', { ...list, method: 'tools/call', params: { name: 'roulettes_list_roulettes', arguments: {} } }),
          await client.post('/mcp', { ...list, method: 'tools/call', params: { name: 'roulettes_create_item', arguments: name } }),
        ];
        const { text } = await client.post('/mcp', list);
        return `${answers.map(({ status }) => status).join(' ')} ${text.includes('roulettes_create_item') ? 'listed' : 'hidden'}`;
      }),
    );
    return [...new Set(at)].join();
  };

  it('who becomes a viewer reads and no more, and who is removed does nothing, with key, token and session, from the answer on', async () => {
    const { sessions, users } = first().gatehouse;
    const signedIn = async (email: string) => {
      const user = await users.findOrCreate(email);
      if (user instanceof Error) throw user;
      return { email, user: user.id, token: (await sessions.mint({ tenant: user.homeTenant, user: user.id, createdBy: 'test' })).token };
    };
    const [owner, ann] = [await signedIn('owner@example.com'), await signedIn('ann@example.com')];
    const { id: tenant_id } = await post('/gatehouse/tenants', owner.token, { name: 'Globex' });
    await post('/gatehouse/sessions/switch', owner.token, { tenant_id });
    const { id } = await post('/gatehouse/invitations', owner.token, { email: ann.email, role: 'member' });
    await post('/gatehouse/invitations/accept', ann.token, { id });
    await post('/gatehouse/sessions/switch', ann.token, { tenant_id });
    const key = await post('/api-keys', ann.token, { name: 'Agent' });
    const body = { grant_type: 'client_credentials', client_id: key.id, client_secret: key.key };
    const { access_token } = must(await clientOf(last().url).post<{ access_token: string }>('/oauth/token', body));
    const credentials = [{ 'x-api-key': key.key }, { authorization: `Bearer ${access_token}` }, { authorization: `Bearer ${ann.token}` }];
    const each = () => Promise.all(credentials.map(may));
    expect(await each()).toEqual(Array(3).fill('200 201 200 200 listed'));
    const member = `/api/v1/gatehouse/members/${ann.user}`;
    must(await clientOf(last().url, owner.token).patch(member, { role: 'viewer' }));
    expect(await each()).toEqual(Array(3).fill('200 403 200 403 hidden'));
    const inviting = await clientOf(last().url, ann.token).post('/api/v1/gatehouse/invitations', { email: 'bob@example.com', role: 'viewer' });
    const said = { error: 'forbidden', detail: 'Key does not have access to this tool', reason: 'Only who administers the tenant invites.' };
    expect([inviting.status, inviting.json]).toEqual([403, expect.objectContaining(said)]);
    must(await clientOf(last().url, owner.token).delete(member));
    expect(await each()).toEqual(Array(3).fill('401 401 401 401 hidden'));
  });
});

describe('a proposal', () => {
  it('that two keys confirm at every process at once makes one row, while other parameters under its id make none', async () => {
    const keys = [await first().key('initech@example.com'), await first().key('initech@example.com')];
    const callers = keys.flatMap(({ raw }) => clients({ 'x-api-key': raw }));
    const items = '/api/v1/roulettes/items';
    const { proposal_id } = must(await (callers[0] as Client).post<{ proposal_id: string }>(`${items}/propose`, { name: 'Mug' }));
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, n) =>
        (callers[n % callers.length] as Client)
          .post<Created>(items, { name: n % 8 === 7 ? 'Jug' : 'Mug', proposal_id })
          .then(({ status, json }) => `${status} ${json._id}`),
      ),
    );
    expect(new Set(answers)).toEqual(new Set([expect.stringMatching(/^201 [0-9a-f]{24}$/), '400 undefined']));
    expect(must(await (callers.at(-1) as Client).get(items))).toEqual([expect.objectContaining({ name: 'Mug' })]);
  });
});

describe('each spin', () => {
  it('is counted once, however many processes spin and count at the same time', async () => {
    const key = await first().key('globex@example.com');
    const all = clients({ 'x-api-key': key.raw });
    const wheel = async (name: string) =>
      must(await (all[0] as Client).post<Created>('/api/v1/roulettes', { name, gifts: [{ name: 'None', probability: 100, typeOfGift: 'lost' }] }))._id;
    const wheels = [await wheel('One'), await wheel('Two')];
    const ask = async (more: object) => {
      const body = { collection: 'spins', dateRange: 'today', ...more };
      return Promise.all(all.map(async (client) => must(await client.post<{ rows: { count: number }[] }>('/api/v1/analytics/query', body)).rows));
    };
    let spun = 0;
    let settling: Promise<unknown> = Promise.resolve();
    for (let round = 0; round < 6; round += 1) {
      const some = Array.from({ length: 12 }, (_, n) => {
        const client = all[n % all.length] as Client;
        return client.post('/api/v1/roulettes/spins', { roulette_id: wheels[n % 3 === 0 ? 0 : 1], person: `p${n}` });
      });
      clock.advance(2_000);
      settling = Promise.all([settling, ...apps.map(({ gatehouse }) => gatehouse.jobs.settle())]);
      // What is said in the middle of it is never more or less than what has been answered.
      const between = (await ask({}))[0]?.[0]?.count ?? 0;
      expect(between).toBeGreaterThanOrEqual(spun);
      spun += (await Promise.all(some)).filter(({ status }) => status === 201).length;
      expect(between).toBeLessThanOrEqual(spun);
    }
    await settling;
    expect(spun).toBe(72);
    const everybody = [{ field: 'person', operator: 'ne', value: '' }];
    for (const when of ['before', 'after']) {
      for (const filters of [[], everybody]) {
        expect([when, ...(await ask({ filters }))]).toEqual([when, ...all.map(() => [{ count: 72 }])]);
        const sorted = (await ask({ filters, group_by: ['roulette_id'], order_by: [{ by: 'count' }] }))[0];
        expect(sorted?.map(({ count }) => count)).toEqual([24, 48]);
      }
      clock.advance(60_000);
      await Promise.all(apps.map(({ gatehouse }) => gatehouse.jobs.settle()));
    }
    const { store } = first().gatehouse;
    const left = await store.tx(key.tenant, async ({ db }) => (db as unknown as Db).selectFrom('analytics_pending').selectAll().execute());
    expect(left).toEqual([]);
  }, 60_000);
});
