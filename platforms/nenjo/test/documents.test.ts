import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from './support/client.js';
import { type Peopled, openPeopled } from './support/person.js';

const UNKNOWN = '3f2b8c1e-0000-4000-8000-000000000000';
const PNG = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 0xff, 0x0a]);

interface Shown {
  readonly id: string;
  readonly filename: string;
  readonly encoding: string;
  readonly content: string;
}

describe('documents', () => {
  let world: Peopled;
  let agent: Client;
  let project: string;
  const ada = () => world.person('ada');
  const address = () => `/api/v1/projects/${project}/documents`;
  const upload = (filename: string, body: string | Uint8Array, type = 'text/markdown') =>
    ada().post(`${address()}?filename=${encodeURIComponent(filename)}`, body, { 'content-type': type });

  beforeAll(async () => {
    world = await openPeopled();
    agent = await world.agent('ada');
    project = (await agent.post('/api/v1/projects', { name: 'Gate' })).json.id;
  });
  afterAll(() => world?.close());

  it('are uploaded by people as they are, and shown with their size and SHA-256', async () => {
    const { status, json } = await upload('plan.md', '# Grüße');
    expect(status).toBe(201);
    expect(json).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      project_id: project,
      filename: 'plan.md',
      content_type: 'text/markdown',
      size_bytes: 9,
      sha256: createHash('sha256').update('# Grüße').digest('hex'),
      created_by: (await ada().get('/api/v1/auth/me')).json.id,
      created_at: '2026-01-31T09:30:00Z',
      updated_at: '2026-01-31T09:30:00Z',
    });
  });

  it('are uploaded as JSON with their bytes in Base64 as well', async () => {
    const body = { filename: 'logo.png', content_type: 'image/png', content: Buffer.from(PNG).toString('base64') };
    const { status, json } = await ada().post(address(), body);
    expect(status).toBe(201);
    expect(json).toMatchObject({ filename: 'logo.png', content_type: 'image/png', size_bytes: PNG.byteLength });
  });

  it('are uploaded by people only: 403 for a key with every scope', async () => {
    const { status } = await agent.post(`${address()}?filename=a.md`, 'x', { 'content-type': 'text/plain' });
    expect(status).toBe(403);
  });

  it('may have any byte in them, and may be empty', async () => {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    const { id } = (await upload('all.bin', all, 'application/octet-stream')).json;
    const shown = (await agent.get<Shown>(`/api/v1/documents/${id}`)).json;
    expect(shown.encoding).toBe('base64');
    expect(new Uint8Array(Buffer.from(shown.content, 'base64'))).toEqual(all);
    const empty = (await ada().post(address(), { filename: 'empty.txt', content: '' })).json;
    expect((await agent.get(`/api/v1/documents/${empty.id}`)).json).toMatchObject({ encoding: 'utf-8', content: '', size_bytes: 0 });
  });

  it('up to what a request can carry are kept; more is refused with 413', async () => {
    expect((await upload('most.txt', 'x'.repeat(1_048_576), 'text/plain')).status).toBe(201);
    expect((await upload('more.txt', 'x'.repeat(1_048_577), 'text/plain')).status).toBe(413);
  });

  it('have one name each in a project: 409 says what to do, and the first one stays', async () => {
    const { id } = (await upload('twice.md', 'first')).json;
    const second = await upload('twice.md', 'second');
    expect(second.status).toBe(409);
    expect(second.json).toMatchObject({ code: 'conflict', fields: { filename: expect.anything() }, next: expect.stringContaining('another filename') });
    expect((await agent.get<Shown>(`/api/v1/documents/${id}`)).json.content).toBe('first');
    const other = (await agent.post('/api/v1/projects', { name: 'other' })).json.id;
    expect((await ada().post(`/api/v1/projects/${other}/documents`, { filename: 'twice.md', content: '' })).status).toBe(201);
  });

  it('of two uploads under one name at the same moment one is kept', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, (_, i) => upload('race.md', `by ${i}`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
  });

  it.each(['', '.', '..', '../up.md', 'a\\b', 'a\nb', 'x'.repeat(256)])('are not called %j: 400', async (filename) => {
    const { status, json } = await ada().post<{ fields: object }>(address(), { filename, content: '' });
    expect(status).toBe(400);
    expect(Object.keys(json.fields)).toEqual(['filename']);
  });

  it('belong to a project that is there: 404 otherwise', async () => {
    expect((await ada().post(`/api/v1/projects/${UNKNOWN}/documents`, { filename: 'a', content: '' })).status).toBe(404);
    expect((await agent.get(`/api/v1/projects/${UNKNOWN}/documents`)).status).toBe(404);
    expect((await agent.get(`/api/v1/documents?project_id=${UNKNOWN}`)).json).toEqual([]);
  });

  it('of one project are listed for workers with the five documented fields', async () => {
    const { id } = (await agent.post('/api/v1/projects', { name: 'listed' })).json;
    expect((await agent.get(`/api/v1/projects/${id}/documents`)).json).toEqual([]);
    const made = (await ada().post(`/api/v1/projects/${id}/documents`, { filename: 'a.txt', content_type: 'text/plain', content: 'YQ==' })).json;
    expect((await agent.get(`/api/v1/projects/${id}/documents`)).json).toEqual([
      { id: made.id, filename: 'a.txt', content_type: 'text/plain', size_bytes: 1, updated_at: '2026-01-31T09:30:00Z' },
    ]);
    expect((await agent.get(`/api/v1/documents?project_id=${id}`)).json).toEqual([made]);
  });

  it('are listed newest first, page by page', async () => {
    const { id } = (await agent.post('/api/v1/projects', { name: 'pages' })).json;
    for (const filename of ['a', 'b', 'c']) {
      world.app.now += 1;
      await ada().post(`/api/v1/projects/${id}/documents`, { filename, content: '' });
    }
    const names = async (query: string) => (await agent.get<Shown[]>(`/api/v1/documents?project_id=${id}&${query}`)).json.map(({ filename }) => filename);
    expect(await names('')).toEqual(['c', 'b', 'a']);
    expect(await names('limit=1&offset=1')).toEqual(['b']);
  });

  it('leave as attachments that no browser runs, byte for byte', async () => {
    const { id } = (await upload('page.html', '<script>alert(1)</script>', 'text/html')).json;
    const { status, headers, text } = await agent.get(`${address()}/${id}/content`);
    expect(status).toBe(200);
    expect(text).toBe('<script>alert(1)</script>');
    expect(headers.get('content-type')).toBe('text/html');
    expect(headers.get('content-disposition')).toBe('attachment; filename=page.html');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain('sandbox');
  });

  it('leave by way of their own project only', async () => {
    const { id } = (await upload('own.md', 'x')).json;
    const other = (await agent.post('/api/v1/projects', { name: 'not its own' })).json.id;
    expect((await agent.get(`/api/v1/projects/${other}/documents/${id}/content`)).status).toBe(404);
  });

  it('are read and deleted over MCP, and gone with what was in them', async () => {
    const { id } = (await upload('agent.md', 'for agents')).json;
    const read = await agent.tool('documents_read', { id });
    expect(JSON.parse(read.content[0]?.text ?? '')).toMatchObject({ filename: 'agent.md', encoding: 'utf-8', content: 'for agents' });
    expect((await agent.tool('documents_list', { project_id: project, limit: 100 })).content[0]?.text).toContain(id);
    expect(JSON.parse((await agent.tool('documents_delete', { id })).content[0]?.text ?? '')).toEqual({ id, deleted: true });
    for (const path of [`/api/v1/documents/${id}`, `${address()}/${id}/content`]) expect((await agent.get(path)).status).toBe(404);
    expect((await agent.delete(`/api/v1/documents/${id}`)).status).toBe(404);
    expect((await upload('agent.md', 'again')).status).toBe(201);
  });

  it('are kept from a key without their scope: reading asks for documents:read, deleting for documents:write', async () => {
    const { id } = (await upload('scoped.md', 'x')).json;
    const reader = await world.agent('ada', ['documents:read']);
    const stranger = await world.agent('ada', ['projects:write']);
    const paths = ['/api/v1/documents', `/api/v1/documents/${id}`, address(), `${address()}/${id}/content`];
    for (const path of paths) expect([(await reader.get(path)).status, (await stranger.get(path)).status], path).toEqual([200, 403]);
    expect((await reader.delete(`/api/v1/documents/${id}`)).status).toBe(403);
    expect((await agent.delete(`/api/v1/documents/${id}`)).status).toBe(204);
  });

  it('of another tenant are as if they had never been', async () => {
    const { id } = (await upload('secret.md', 'secret')).json;
    const eve = await world.agent('eve');
    for (const path of [`/api/v1/documents/${id}`, `${address()}/${id}/content`, address()]) expect((await eve.get(path)).status, path).toBe(404);
    expect((await eve.delete(`/api/v1/documents/${id}`)).status).toBe(404);
    expect((await world.person('eve').post(address(), { filename: 'planted', content: '' })).status).toBe(404);
    expect((await eve.get(`/api/v1/documents?project_id=${project}`)).json).toEqual([]);
  });
});
