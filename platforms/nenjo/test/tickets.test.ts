import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Nenjo, openNenjo } from './support/app.js';
import type { Client } from './support/client.js';

const UNKNOWN = '3f2b8c1e-0000-4000-8000-000000000000';
const path = '/api/v1/tickets';

interface Ticket {
  readonly id: string;
  readonly slug: string;
  readonly title: string;
  readonly depends_on: readonly string[];
}

let app: Nenjo;
let ada: Client;
let project: string;

const file = async (title: string, more: object = {}) => (await ada.post<Ticket>(path, { project_id: project, title, ...more })).json;
const newProject = async () => (await ada.post('/api/v1/projects', { name: 'another' })).json.id;

beforeAll(async () => {
  app = await openNenjo();
  ada = app.as(await app.keyOf('ada@example.com'));
  project = await newProject();
});
afterAll(() => app?.close());

describe('tickets', () => {
  it('are created with 201 and every field, defaults included', async () => {
    const { status, json } = await ada.post(path, { project_id: project, title: ' Fix the login ' });
    const owner = await app.gatehouse.users.findOrCreate('ada@example.com');
    expect(status).toBe(201);
    expect(json).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      project_id: project,
      slug: 'fix-the-login',
      title: 'Fix the login',
      description: null,
      acceptance_criteria: null,
      status: 'open',
      priority: 'medium',
      type: 'task',
      complexity: null,
      tags: [],
      source: 'user',
      order_index: 0,
      depends_on: [],
      created_by: 'id' in owner ? owner.id : '',
      created_at: '2026-01-31T09:30:00Z',
      updated_at: '2026-01-31T09:30:00Z',
    });
    expect((await ada.get(`${path}/${json.id}`)).json).toEqual(json);
  });

  it('keep what they were given; repeated tags and dependencies count once, in their order', async () => {
    const first = await file('first');
    const second = await file('second');
    const given = {
      description: 'd',
      acceptance_criteria: 'c',
      status: 'ready',
      priority: 'critical',
      type: 'bug',
      complexity: 5,
      source: 'reviewer',
      order_index: -3,
    };
    const { id } = await file('full', { ...given, tags: ['rust', 'backend', 'rust'], depends_on: [second.id, first.id.toUpperCase(), second.id] });
    expect((await ada.get(`${path}/${id}`)).json).toMatchObject({ ...given, tags: ['rust', 'backend'], depends_on: [second.id, first.id] });
  });

  it('change only in what a patch names; null clears, lists are replaced as a whole; the slug stays', async () => {
    const before = await file('Before', { description: 'text', complexity: 3, tags: ['a', 'b'], priority: 'high' });
    app.now += 60_000;
    const { status, json } = await ada.patch(`${path}/${before.id}`, { title: 'After', description: null, complexity: null, tags: ['b', 'c'], status: 'done' });
    expect(status).toBe(200);
    expect(json).toEqual({
      ...before,
      title: 'After',
      description: null,
      complexity: null,
      tags: ['b', 'c'],
      status: 'done',
      updated_at: '2026-01-31T09:31:00Z',
    });
    expect((await ada.get(`${path}/${before.id}`)).json).toEqual(json);
    app.now -= 60_000;
  });

  it('are read as they were at one moment, alone and in a list, while others change them', async () => {
    const home = await newProject();
    const { id } = (await ada.post<Ticket>(path, { project_id: home, title: 't0', tags: ['t0'] })).json;
    type Tagged = Ticket & { readonly tags: readonly string[] };
    const work = Array.from({ length: 24 }, async (_, i) => {
      await ada.patch(`${path}/${id}`, { title: `t${i}`, tags: [`t${i}`] });
      return [(await ada.get<Tagged>(`${path}/${id}`)).json, ...(await ada.get<Tagged[]>(`${path}?project_id=${home}`)).json];
    });
    const read = (await Promise.all(work)).flat();
    expect(read).toHaveLength(48);
    expect(read.filter(({ title, tags }) => tags.length !== 1 || tags[0] !== title)).toEqual([]);
  });

  it('are left untouched by an empty patch', async () => {
    const ticket = await file('still', { tags: ['a'] });
    app.now += 60_000;
    expect((await ada.patch(`${path}/${ticket.id}`, {})).json).toEqual(ticket);
    app.now -= 60_000;
  });

  it('are deleted with 204, and then are unknown', async () => {
    const { id } = await file('short-lived', { tags: ['a'] });
    const { status, text } = await ada.delete(`${path}/${id}`);
    expect({ status, text }).toEqual({ status: 204, text: '' });
    for (const answer of [await ada.get(`${path}/${id}`), await ada.patch(`${path}/${id}`, { title: 'x' }), await ada.delete(`${path}/${id}`)]) {
      expect(answer.status).toBe(404);
    }
  });

  it('belong to a project that exists: 404 otherwise, and nothing is made', async () => {
    const { status, json } = await ada.post(path, { project_id: UNKNOWN, title: 'lost' });
    expect({ status, code: json.code }).toEqual({ status: 404, code: 'not_found' });
    expect((await ada.get(`${path}?project_id=${UNKNOWN}`)).json).toEqual([]);
  });

  it('never move to another project', async () => {
    const { id } = await file('settled');
    const { status, json } = await ada.patch<{ fields: object }>(`${path}/${id}`, { project_id: await newProject() });
    expect({ status, fields: Object.keys(json.fields) }).toEqual({ status: 400, fields: ['project_id'] });
  });

  it.each([
    ['a blank title', { title: ' ' }, 'title'],
    ['a title that is too long', { title: 'x'.repeat(501) }, 'title'],
    ['an unknown status', { title: 'x', status: 'closed' }, 'status'],
    ['an unknown priority', { title: 'x', priority: 'urgent' }, 'priority'],
    ['an unknown type', { title: 'x', type: 'epic' }, 'type'],
    ['a complexity of 0', { title: 'x', complexity: 0 }, 'complexity'],
    ['a complexity of 6', { title: 'x', complexity: 6 }, 'complexity'],
    ['a complexity of 2.5', { title: 'x', complexity: 2.5 }, 'complexity'],
    ['a tag with a comma', { title: 'x', tags: ['a,b'] }, 'tags.0'],
    ['more than 50 tags', { title: 'x', tags: Array.from({ length: 51 }, (_, i) => `t${i}`) }, 'tags'],
    ['a malformed dependency', { title: 'x', depends_on: ['first'] }, 'depends_on.0'],
    ['a slug of one’s own', { title: 'x', slug: 'mine' }, 'slug'],
  ])('answer 400 to %s', async (_what, body, field) => {
    const { status, json } = await ada.post<{ fields: object }>(path, { project_id: project, ...body });
    expect(status).toBe(400);
    expect(Object.keys(json.fields)).toEqual([field]);
  });
});

describe('the list of tickets', () => {
  let home: string;
  const titles = async (query: string) => (await ada.get<Ticket[]>(`${path}?project_id=${home}&${query}`)).json.map(({ title }) => title);

  beforeAll(async () => {
    home = await newProject();
    const all = [
      { title: 'a', status: 'open', priority: 'low', type: 'bug', tags: ['rust'] },
      { title: 'b', status: 'done', priority: 'low', type: 'task', tags: ['rust', 'backend'] },
      { title: 'c', status: 'open', priority: 'high', type: 'task', tags: ['backend'] },
    ];
    for (const ticket of all) {
      app.now += 1;
      await ada.post(path, { project_id: home, ...ticket });
    }
  });

  it('is newest first, and holds whole tickets', async () => {
    expect(await titles('')).toEqual(['c', 'b', 'a']);
    const [newest] = (await ada.get<Ticket[]>(`${path}?project_id=${home}`)).json;
    expect(newest).toEqual((await ada.get(`${path}/${newest?.id}`)).json);
  });

  it.each([
    ['status=open', ['c', 'a']],
    ['priority=low', ['b', 'a']],
    ['type=task', ['c', 'b']],
    ['tags=rust', ['b', 'a']],
    ['tags=rust,backend', ['b']],
    ['tags=rust,frontend', []],
    ['status=open&type=task', ['c']],
    ['status=open&tags=rust', ['a']],
    ['priority=low&tags=rust&offset=1', ['a']],
    ['limit=1', ['c']],
    ['limit=1&offset=1', ['b']],
    ['offset=9', []],
  ])('filtered by %s holds what meets all of it', async (query, wanted) => {
    expect(await titles(query)).toEqual(wanted);
  });

  it('filtered by tags alone is of all projects', async () => {
    const elsewhere = await newProject();
    for (const [project_id, title, tags] of [
      [home, 'first', ['uno', 'due']],
      [elsewhere, 'second', ['due', 'uno', 'tre']],
      [elsewhere, 'third', ['uno']],
    ] as const) {
      app.now += 1;
      await ada.post(path, { project_id, title, tags });
    }
    const of = async (query: string) => (await ada.get<Ticket[]>(`${path}?tags=${query}`)).json.map(({ title }) => title);
    expect([
      await of('uno'),
      await of('uno,due'),
      await of('due,uno'),
      await of('due,tre,uno'),
      await of('uno,nessuno'),
      await of('uno&offset=1&limit=1'),
    ]).toEqual([['third', 'second', 'first'], ['second', 'first'], ['second', 'first'], ['second'], [], ['second']]);
  });

  it('has 20 tickets unless asked otherwise, in an order that stays where moments are equal', async () => {
    home = await newProject();
    for (let i = 0; i < 25; i += 1) await ada.post(path, { project_id: home, title: `t${i}` });
    const all = await titles('limit=100');
    expect(all).toHaveLength(25);
    expect(await titles('')).toEqual(all.slice(0, 20));
    expect([...(await titles('limit=10')), ...(await titles('limit=10&offset=10')), ...(await titles('limit=10&offset=20'))]).toEqual(all);
  });

  it.each(['limit=0', 'limit=101', 'limit=x', 'offset=-1', 'status=closed', 'project_id=x', 'colour=red'])('answers 400 to %s', async (query) => {
    expect((await ada.get(`${path}?${query}`)).status).toBe(400);
  });
});

describe('slugs', () => {
  it.each([
    ['Größe des Œuvre prüfen!', 'grosse-des-oeuvre-prufen'],
    ['Crème brûlée — ½ Łódź', 'creme-brulee-1-2-lodz'],
    ['日本語', 'ticket'],
    ['---', 'ticket'],
    ['x'.repeat(300), 'x'.repeat(80)],
  ])('of %s', async (title, slug) => {
    const { json } = await ada.post<Ticket>(path, { project_id: await newProject(), title });
    expect(json.slug).toBe(slug);
  });

  it('are numbered on from 2 within a project, and start anew in another', async () => {
    const home = await newProject();
    const slugs = [];
    for (const title of ['Same', 'same!', 'Same 2', 'SAME']) slugs.push((await ada.post<Ticket>(path, { project_id: home, title })).json.slug);
    expect(slugs).toEqual(['same', 'same-2', 'same-2-2', 'same-3']);
    expect((await ada.post<Ticket>(path, { project_id: await newProject(), title: 'Same' })).json.slug).toBe('same');
  });

  it('are all different when 64 tickets with one title are created at once, and none is lost', async () => {
    const home = await newProject();
    const answers = await Promise.all(Array.from({ length: 64 }, () => ada.post<Ticket>(path, { project_id: home, title: 'At once' })));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 64 }, () => 201));
    const numbers = answers.map(({ json }) => Number(/^at-once(?:-(\d+))?$/.exec(json.slug)?.[1] ?? 1));
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 64 }, (_, i) => i + 1));
  });
});

describe('dependencies', () => {
  it('may not lead to the ticket itself', async () => {
    const { id } = await file('alone');
    const { status, json } = await ada.patch<{ fields: object }>(`${path}/${id}`, { depends_on: [id] });
    expect({ status, fields: Object.keys(json.fields) }).toEqual({ status: 400, fields: ['depends_on'] });
  });

  it('may not close a cycle, however long: 409 names the ticket, and nothing changes', async () => {
    const first = await file('Lay the ground');
    const second = await file('Build', { depends_on: [first.id] });
    const third = await file('Paint', { depends_on: [second.id] });
    const free = await file('Free');
    const { status, json } = await ada.patch(`${path}/${first.id}`, { title: 'changed', depends_on: [free.id, third.id] });
    expect(status).toBe(409);
    expect(json).toMatchObject({ code: 'conflict', error: expect.stringContaining('"Paint" (paint)'), fields: { 'depends_on.1': [expect.any(String)] } });
    expect((await ada.get(`${path}/${first.id}`)).json).toEqual(first);
  });

  it('never form a cycle, even when its halves are asked for at once', async () => {
    for (let round = 0; round < 8; round += 1) {
      const [left, right] = [await file('left'), await file('right')];
      const both = await Promise.all([
        ada.patch(`${path}/${left.id}`, { depends_on: [right.id] }),
        ada.patch(`${path}/${right.id}`, { depends_on: [left.id] }),
      ]);
      expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    }
  });

  it('may share tickets, which is no cycle', async () => {
    const base = await file('base');
    const left = await file('l', { depends_on: [base.id] });
    const right = await file('r', { depends_on: [base.id] });
    const top = await ada.post<Ticket>(path, { project_id: project, title: 'top', depends_on: [left.id, right.id, base.id] });
    expect(top.json.depends_on).toEqual([left.id, right.id, base.id]);
  });

  it('stay within the project: 404 for a ticket of another one and for none at all, and nothing is made', async () => {
    const elsewhere = (await ada.post<Ticket>(path, { project_id: await newProject(), title: 'elsewhere' })).json;
    const home = await newProject();
    for (const stranger of [elsewhere.id, UNKNOWN]) {
      const { status, json } = await ada.post(path, { project_id: home, title: 'x', depends_on: [stranger] });
      expect(status).toBe(404);
      expect(json).toMatchObject({ code: 'not_found', fields: { 'depends_on.0': [expect.any(String)] } });
    }
    expect((await ada.get(`${path}?project_id=${home}`)).json).toEqual([]);
  });

  it('end with either ticket', async () => {
    const first = await file('goes');
    const second = await file('stays', { depends_on: [first.id] });
    expect((await ada.delete(`${path}/${first.id}`)).status).toBe(204);
    expect((await ada.get<Ticket>(`${path}/${second.id}`)).json.depends_on).toEqual([]);
    const third = await file('waits', { depends_on: [second.id] });
    expect((await ada.delete(`${path}/${third.id}`)).status).toBe(204);
    expect((await ada.patch(`${path}/${second.id}`, { depends_on: [] })).status).toBe(200);
  });
});

describe('tickets over MCP', () => {
  it('are the JSON of the REST answer', async () => {
    const made = JSON.parse((await ada.tool('tickets_create', { project_id: project, title: 'By an agent', tags: ['x'] })).content[0]?.text ?? '') as Ticket;
    const rest = await ada.get(`${path}/${made.id}`);
    const got = await ada.tool('tickets_get', { id: made.id });
    expect(got.content).toEqual([{ type: 'text', text: rest.text }]);
    expect(got.structuredContent).toEqual(rest.json);
    const list = await ada.tool('tickets_list', { project_id: project, tags: ['x'] });
    expect(JSON.parse(list.content[0]?.text ?? '')).toEqual([rest.json]);
    expect(list.structuredContent).toEqual({ result: [rest.json] });
    expect((await ada.tool('tickets_update', { id: made.id, status: 'done' })).structuredContent).toMatchObject({ status: 'done' });
    expect((await ada.tool('tickets_delete', { id: made.id })).structuredContent).toEqual({ id: made.id, deleted: true });
  });

  it('tell the agent what did not work where it can read it', async () => {
    const lost = await ada.tool('tickets_create', { project_id: UNKNOWN, title: 'lost' });
    expect(lost.isError).toBe(true);
    expect(JSON.parse(lost.content[0]?.text ?? '')).toMatchObject({ code: 'not_found', error: 'There is no project with this id.' });
  });
});
