import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Nenjo, openNenjo } from './support/app.js';
import type { Client } from './support/client.js';

const UNKNOWN = '3f2b8c1e-0000-4000-8000-000000000000';
const path = '/api/v1/projects';

describe('projects', () => {
  let app: Nenjo;
  let ada: Client;

  beforeAll(async () => {
    app = await openNenjo();
    ada = app.as(await app.keyOf('ada@example.com'));
  });
  afterAll(() => app?.close());

  it('are created with 201 and every field, defaults included', async () => {
    const { status, json } = await ada.post(path, { name: '  Gate  ' });
    const owner = await app.gatehouse.users.findOrCreate('ada@example.com');
    expect(status).toBe(201);
    expect(json).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'Gate',
      description: null,
      settings: {},
      repo_url: null,
      git_config: {},
      working_dir: null,
      created_by: 'id' in owner ? owner.id : '',
      created_at: '2026-01-31T09:30:00Z',
      updated_at: '2026-01-31T09:30:00Z',
    });
    expect((await ada.get(`${path}/${json.id}`)).json).toEqual(json);
    expect((await ada.get(`${path}/${json.id.toUpperCase()}`)).json).toEqual(json);
  });

  it('keep settings and git configuration as they were given', async () => {
    const given = {
      name: 'full',
      description: 'All of it',
      settings: { agents: { max: 3, names: ['a', 'ü'] }, on: true, none: null },
      repo_url: 'git@github.com:acme/app.git',
      git_config: { target_branch: 'main' },
      working_dir: '/srv/app',
    };
    const { id } = (await ada.post(path, given)).json;
    expect((await ada.get(`${path}/${id}`)).json).toMatchObject(given);
  });

  it('change only in what a patch names; null clears, objects are replaced as a whole', async () => {
    const { id } = (await ada.post(path, { name: 'before', description: 'text', settings: { a: 1, b: 2 } })).json;
    app.now += 60_000;
    const { status, json } = await ada.patch(`${path}/${id}`, { description: null, settings: { b: 3 } });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      name: 'before',
      description: null,
      settings: { b: 3 },
      updated_at: '2026-01-31T09:31:00Z',
      created_at: '2026-01-31T09:30:00Z',
    });
    expect((await ada.get(`${path}/${id}`)).json).toEqual(json);
  });

  it('are left untouched by an empty patch', async () => {
    const project = (await ada.post(path, { name: 'still' })).json;
    app.now += 60_000;
    expect((await ada.patch(`${path}/${project.id}`, {})).json).toEqual(project);
  });

  it('are listed newest first, page by page', async () => {
    const list = app.as(await app.keyOf('pages@example.com'));
    for (let i = 0; i < 23; i += 1) {
      app.now += 1;
      await list.post(path, { name: `p${i}` });
    }
    const names = async (query: string) => (await list.get<{ name: string }[]>(`${path}${query}`)).json.map(({ name }) => name);
    expect(await names('')).toEqual(Array.from({ length: 20 }, (_, i) => `p${22 - i}`));
    expect(await names('?limit=2&offset=20')).toEqual(['p2', 'p1']);
    expect(await names('?offset=23')).toEqual([]);
    expect(await names('?limit=100')).toHaveLength(23);
  });

  it.each(['limit=0', 'limit=101', 'limit=1.5', 'limit=all', 'offset=-1', 'page=2'])('answer 400 to a list with %s', async (query) => {
    expect((await ada.get(`${path}?${query}`)).status).toBe(400);
  });

  it.each([
    ['no name', {}, 'name'],
    ['a blank name', { name: ' ' }, 'name'],
    ['a name that is too long', { name: 'x'.repeat(201) }, 'name'],
    ['settings that are no object', { name: 'x', settings: [] }, 'settings'],
    ['settings that are too large', { name: 'x', settings: { a: 'ü'.repeat(32_768) } }, 'settings'],
    ['a repository address with a password', { name: 'x', repo_url: 'https://ada:secret@example.com/app.git' }, 'repo_url'],
    ['a repository address with a token', { name: 'x', repo_url: 'https://ghp_secret@example.com/app.git' }, 'repo_url'],
    ['a repository address on this machine', { name: 'x', repo_url: 'file:///etc' }, 'repo_url'],
    ['a working directory of two lines', { name: 'x', working_dir: 'a\nb' }, 'working_dir'],
    ['an owner of the caller’s choice', { name: 'x', created_by: UNKNOWN }, 'created_by'],
  ])('answer 400 to %s', async (_what, body, field) => {
    const { status, json } = await ada.post<{ fields: object }>(path, body);
    expect(status).toBe(400);
    expect(Object.keys(json.fields)).toEqual([field]);
  });

  it('cannot be deleted', async () => {
    const { id } = (await ada.post(path, { name: 'stays' })).json;
    expect((await ada.delete(`${path}/${id}`)).status).toBe(405);
  });

  it('are the same over MCP, as the JSON of the REST answer and as structured content', async () => {
    const made = await ada.tool('projects_create', { name: 'by an agent' });
    const project = JSON.parse(made.content[0]?.text ?? '') as { id: string };
    expect(made.structuredContent).toEqual(project);
    const rest = await ada.get(`${path}/${project.id}`);
    expect((await ada.tool('projects_get', { id: project.id })).content[0]?.text).toBe(rest.text);
    expect((await ada.tool('projects_list', { limit: 3 })).content[0]?.text).toBe((await ada.get(`${path}?limit=3`)).text);
    expect(JSON.parse((await ada.tool('projects_update', { id: project.id, name: 'renamed' })).content[0]?.text ?? '')).toMatchObject({ name: 'renamed' });
    const missing = await ada.tool('projects_get', { id: UNKNOWN });
    expect(missing.isError).toBe(true);
    expect(JSON.parse(missing.content[0]?.text ?? '')).toMatchObject({ code: 'not_found' });
  });
});
