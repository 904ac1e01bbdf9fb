import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type NeuralRepo, openNeuralRepo } from './support/app.js';

interface Link {
  readonly id: number;
  readonly url: string;
}

describe('links', () => {
  let app: NeuralRepo;
  let ann: Client;
  let idea: number;
  let path: string;

  beforeAll(async () => {
    app = await openNeuralRepo();
    ann = await app.person('ann@example.com');
    idea = (await ann.post<{ id: number }>('/api/v1/ideas', { title: 'Read later' })).json.id;
    path = `/api/v1/ideas/${idea}/links`;
  });
  afterAll(() => app?.close());

  it('adds with 201, lists as a bare array, oldest first, shows them on the idea, and removes with 204', async () => {
    const first = await ann.post<Link>(path, { url: 'https://example.com/a' });
    expect(first.status).toBe(201);
    expect(first.json).toEqual({ id: expect.any(Number), url: 'https://example.com/a', title: null, link_type: 'url', created_at: '2026-01-31T09:30:00Z' });
    app.now += 1000;
    const second = (await ann.post<Link>(path, { url: 'https://github.com/o/r/issues/1', title: 'The bug', link_type: 'github-issue' })).json;
    expect((await ann.get(path)).json).toEqual([first.json, second]);
    expect((await ann.get(`${path}?limit=1&offset=1`)).json).toEqual([second]);
    expect((await ann.get<{ links: object[] }>(`/api/v1/ideas/${idea}`)).json.links).toEqual([first.json, second]);
    const { status, text } = await ann.delete(`${path}/${first.json.id}`);
    expect({ status, text }).toEqual({ status: 204, text: '' });
    expect((await ann.get(path)).json).toEqual([second]);
    expect((await ann.delete(`${path}/${first.json.id}`)).json).toMatchObject({ error: 'Link not found', code: 'not_found' });
  });

  it('refuses the same address twice on one idea with 409, not on another', async () => {
    const url = 'https://example.com/twice';
    expect((await ann.post(path, { url })).status).toBe(201);
    expect(await ann.post(path, { url, link_type: 'claude-chat' })).toMatchObject({ status: 409, json: { code: 'conflict' } });
    const other = (await ann.post<{ id: number }>('/api/v1/ideas', { title: 'Other' })).json.id;
    expect((await ann.post(`/api/v1/ideas/${other}/links`, { url })).status).toBe(201);
  });

  it.each([
    ['no address', {}, 'url'],
    ['what is no address', { url: 'example.com' }, 'url'],
    ['an address of another kind', { url: 'file:///etc/passwd' }, 'url'],
    ['an address of 2,001 characters', { url: `https://e.com/${'x'.repeat(1987)}` }, 'url'],
    ['a title of 201 characters', { url: 'https://e.com', title: 'x'.repeat(201) }, 'title'],
    ['an attachment, which is uploaded on the website', { url: 'https://e.com', link_type: 'attachment' }, 'link_type'],
    ['a type that is none', { url: 'https://e.com', link_type: 'gopher' }, 'link_type'],
  ])('answers 400 to %s', async (_what, body, field) => {
    const { status, json } = await ann.post<{ error: object }>(path, body);
    expect([status, Object.keys(json.error)]).toEqual([400, [field]]);
  });

  it('knows neither links of ideas that are not there, nor another’s, nor a link of another idea', async () => {
    const link = (await ann.post<Link>(path, { url: 'https://example.com/mine' })).json.id;
    const bob = await app.person('bob@example.com');
    const own = (await bob.post<{ id: number }>('/api/v1/ideas', { title: 'Mine' })).json.id;
    for (const answer of [
      await bob.get(path),
      await bob.post(path, { url: 'https://e.com' }),
      await bob.delete(`${path}/${link}`),
      await bob.delete(`/api/v1/ideas/${own}/links/${link}`),
      await ann.get('/api/v1/ideas/7/links'),
    ])
      expect(answer.status).toBe(404);
  });
});
