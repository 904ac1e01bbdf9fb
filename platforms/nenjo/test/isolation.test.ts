import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Nenjo, openNenjo, withoutRequestId } from './support/app.js';
import { ClerkStandIn } from './support/clerk.js';
import type { Client } from './support/client.js';

const UNKNOWN = '3f2b8c1e-0000-4000-8000-000000000000';

/** What belongs to one tenant is, to another, as if it had never been: byte for byte, and nothing changes. */
describe('between tenants', () => {
  let clerk: ClerkStandIn;
  let app: Nenjo;
  let ada: Client;
  let eve: Client;
  let eveAsPerson: () => Client;
  const theirs = { project: '', ticket: '', key: '', user: '' };
  const own = { project: '', ticket: '' };

  beforeAll(async () => {
    clerk = await ClerkStandIn.start();
    app = await openNenjo({ CLERK_ISSUER: clerk.issuer });
    const person = app.as(clerk.token(app.now, { sub: 'user_ada' }));
    const made = (await person.post('/api/v1/api-keys', { name: 'k' })).json;
    ada = app.as(String(made.raw_key));
    theirs.key = made.id;
    theirs.user = (await person.get('/api/v1/auth/me')).json.id;
    theirs.project = (await ada.post('/api/v1/projects', { name: 'secret plan' })).json.id;
    theirs.ticket = (await ada.post('/api/v1/tickets', { project_id: theirs.project, title: 'secret ticket', tags: ['secret'] })).json.id;
    eve = app.as(await app.keyOf('eve@example.com'));
    eveAsPerson = () => app.as(clerk.token(app.now, { sub: 'user_eve' }));
    own.project = (await eve.post('/api/v1/projects', { name: 'mine' })).json.id;
    own.ticket = (await eve.post('/api/v1/tickets', { project_id: own.project, title: 'mine' })).json.id;
  });
  afterAll(async () => {
    await app?.close();
    await clerk?.close();
  });

  const snapshot = async () => ({
    projects: (await ada.get('/api/v1/projects')).json,
    tickets: (await ada.get('/api/v1/tickets')).json,
    mine: (await eve.get('/api/v1/tickets')).json,
  });

  type Attempt = readonly [operation: string, what: string, attempt: (project: string, ticket: string) => Promise<{ status: number; text: string }>];
  const tool = (name: string, input: (project: string, ticket: string) => object): Attempt => [
    name,
    'over MCP',
    (project, ticket) => eve.rpc('tools/call', { name, arguments: input(project, ticket) }),
  ];
  const attempts: readonly Attempt[] = [
    ['projects_get', 'over REST', (project) => eve.get(`/api/v1/projects/${project}`)],
    ['projects_update', 'over REST', (project) => eve.patch(`/api/v1/projects/${project}`, { name: 'stolen' })],
    ['projects_update', 'with an empty patch', (project) => eve.patch(`/api/v1/projects/${project}`, {})],
    ['tickets_get', 'over REST', (_, ticket) => eve.get(`/api/v1/tickets/${ticket}`)],
    ['tickets_update', 'over REST', (_, ticket) => eve.patch(`/api/v1/tickets/${ticket}`, { title: 'stolen', tags: ['x'], depends_on: [] })],
    ['tickets_update', 'with a dependency on an own ticket', (_, ticket) => eve.patch(`/api/v1/tickets/${ticket}`, { depends_on: [own.ticket] })],
    ['tickets_update', 'with an empty patch', (_, ticket) => eve.patch(`/api/v1/tickets/${ticket}`, {})],
    [
      'tickets_update',
      'of an own ticket with a foreign dependency',
      (_, ticket) => eve.patch(`/api/v1/tickets/${own.ticket}`, { title: 'x', depends_on: [ticket] }),
    ],
    ['tickets_delete', 'over REST', (_, ticket) => eve.delete(`/api/v1/tickets/${ticket}`)],
    ['tickets_create', 'in a foreign project', (project) => eve.post('/api/v1/tickets', { project_id: project, title: 'planted' })],
    ['tickets_create', 'with a foreign dependency', (_, ticket) => eve.post('/api/v1/tickets', { project_id: own.project, title: 'x', depends_on: [ticket] })],
    ['tickets_list', 'of a foreign project', (project) => eve.get(`/api/v1/tickets?project_id=${project}`)],
    tool('projects_get', (id) => ({ id })),
    tool('projects_update', (id) => ({ id, name: 'stolen' })),
    tool('tickets_get', (_, id) => ({ id })),
    tool('tickets_update', (_, id) => ({ id, title: 'stolen' })),
    tool('tickets_delete', (_, id) => ({ id })),
    tool('tickets_create', (project_id) => ({ project_id, title: 'planted' })),
    tool('tickets_list', (project_id) => ({ project_id })),
  ];

  it('every operation over projects and tickets that takes an id is tried here', () => {
    const takesIds = app.gatehouse.platform.operations
      .map(({ op }) => op)
      .filter(({ name, input }) => /^(projects|tickets)_/.test(name) && Object.keys(input.shape).some((field) => /(^|_)id$/.test(field)));
    expect(new Set(attempts.map(([operation]) => operation))).toEqual(new Set(takesIds.map(({ name }) => name)));
  });

  it.each(attempts)('%s %s is answered as for an id that never was, and changes nothing', async (_operation, _what, attempt) => {
    const before = await snapshot();
    const foreign = withoutRequestId(await attempt(theirs.project, theirs.ticket));
    const unknown = withoutRequestId(await attempt(UNKNOWN, UNKNOWN));
    expect(foreign).toEqual(unknown);
    expect([200, 404]).toContain(foreign.status);
    expect(foreign.text).not.toContain('secret');
    expect(await snapshot()).toEqual(before);
  });

  it('keys of another tenant can be neither listed, made nor revoked, nor told from none', async () => {
    const pairs = [
      [await eveAsPerson().delete(`/api/v1/api-keys/${theirs.key}`), await eveAsPerson().delete(`/api/v1/api-keys/${UNKNOWN}`)],
      [await eveAsPerson().get(`/api/v1/api-keys?user_id=${theirs.user}`), await eveAsPerson().get(`/api/v1/api-keys?user_id=${UNKNOWN}`)],
      [
        await eveAsPerson().post('/api/v1/api-keys', { name: 'x', user_id: theirs.user }),
        await eveAsPerson().post('/api/v1/api-keys', { name: 'x', user_id: UNKNOWN }),
      ],
    ] as const;
    for (const [foreign, unknown] of pairs) expect(withoutRequestId(foreign)).toEqual(withoutRequestId(unknown));
    expect(pairs.map(([{ status }]) => status)).toEqual([404, 403, 403]);
    expect((await ada.get('/api/v1/projects')).status).toBe(200);
  });

  it('lists show only what is the tenant’s own', async () => {
    expect((await eve.get<{ id: string }[]>('/api/v1/projects')).json.map(({ id }) => id)).toEqual([own.project]);
    expect((await eve.get<{ id: string }[]>('/api/v1/tickets')).json.map(({ id }) => id)).toEqual([own.ticket]);
    expect((await eve.get('/api/v1/tickets?tags=secret')).json).toEqual([]);
    expect((await eve.tool('tickets_list')).content[0]?.text).not.toContain('secret');
  });

  it('one person sees an organisation’s rows only with a token for it', async () => {
    const acme = app.as(clerk.token(app.now, { sub: 'user_eve', v: 2, o: { id: 'org_acme', rol: 'admin' } }));
    const { id } = (await acme.post('/api/v1/projects', { name: 'acme only' })).json;
    expect((await acme.get(`/api/v1/projects/${id}`)).status).toBe(200);
    expect((await eveAsPerson().get(`/api/v1/projects/${id}`)).status).toBe(404);
  });
});
