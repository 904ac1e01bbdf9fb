import { bindTo, bytes, defineOperation, definePlatform, download, refuse } from 'gatehouse';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';

const bind = bindTo([]);
const kept = new Map<string, { filename: string; content_type: string; bytes: Uint8Array }>();

const upload = defineOperation({
  name: 'files_upload',
  title: 'Upload a file',
  description: 'Keeps a file under a name.',
  access: { scope: 'files:write' },
  input: z.object({ filename: z.string().min(1), content_type: z.string().default('application/octet-stream'), content: bytes(1000) }),
  output: z.object({ size: z.int() }),
  effect: 'create',
  rest: { method: 'POST', path: '/files', body: 'content' },
});

const read = defineOperation({
  name: 'files_download',
  title: 'Download a file',
  description: 'Hands out a file by its name.',
  access: { scope: 'files:read' },
  input: z.object({ filename: z.string() }),
  output: download,
  effect: 'read',
  tool: false,
  rest: { method: 'GET', path: '/files/:filename' },
});

const platform = definePlatform({
  name: 'files',
  version: '1.0.0',
  scopes: ['files:read', 'files:write'],
  keys: { prefix: 'fil_', checksum: false, whenNoScopes: 'full', displayLength: 8 },
  tables: [],
  operations: [
    bind(upload, ({ content, ...about }) => {
      kept.set(about.filename, { ...about, bytes: content });
      return { size: content.byteLength };
    }),
    bind(read, ({ filename }) => kept.get(filename) ?? refuse('not_found', 'There is no such file.')),
  ],
});

let app: TestApp;
let token: string;

beforeAll(async () => {
  app = await openApp(platform);
  token = (await app.key('ada@example.com')).raw;
});
afterAll(() => app.close());

const send = (query: string, body: string | Uint8Array<ArrayBuffer>, type: string) =>
  fetch(`${app.url}/api/v1/files?${query}`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': type }, body });
const get = (name: string, headers: Record<string, string> = {}) =>
  fetch(`${app.url}/api/v1/files/${encodeURIComponent(name)}`, { headers: { authorization: `Bearer ${token}`, ...headers } });

test('a body of any type is the field that takes it, byte for byte, and comes back as an attachment that nothing can run', async () => {
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  expect((await send('filename=all.bin', all, 'application/octet-stream')).status).toBe(201);
  const back = await get('all.bin');
  expect(new Uint8Array(await back.arrayBuffer())).toEqual(all);
  expect(back.headers.get('content-type')).toBe('application/octet-stream');
  expect(back.headers.get('content-disposition')).toBe('attachment; filename=all.bin');
  expect(back.headers.get('x-content-type-options')).toBe('nosniff');
  expect(back.headers.get('content-security-policy')).toContain('sandbox');
});

test('a page that a user uploads is handed out under its type, to be saved, and with a name in any script', async () => {
  await send(`filename=${encodeURIComponent('grüße "…".html')}`, '<script>alert(1)</script>', 'text/html; charset=utf-8');
  const back = await get('grüße "…".html');
  expect(back.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(back.headers.get('content-disposition')).toMatch(/^attachment; filename="[\x20-\x7e]*"; filename\*=UTF-8''gr%C3%BC%C3%9Fe/);
});

test('a body without a type, or of a type that is more than JSON, is the file; a type in the query says more than the header', async () => {
  const bare = await fetch(`${app.url}/api/v1/files?filename=bare`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: Buffer.from('bare'),
  });
  expect([bare.status, (await get('bare')).headers.get('content-type')]).toEqual([201, 'application/octet-stream']);
  expect((await send('filename=map.json', '{"type":"Point"}', 'application/geo+json')).status).toBe(201);
  expect((await get('map.json')).headers.get('content-type')).toBe('application/geo+json');
  expect((await send('filename=set.json&content_type=application/json', '{"a":1}', 'application/octet-stream')).status).toBe(201);
  const back = await get('set.json');
  expect([back.headers.get('content-type'), await back.text()]).toEqual(['application/json', '{"a":1}']);
});

test('a form is not taken for the file that is in it, and a JSON file not for fields: both are told how to send it', async () => {
  const form = new FormData();
  form.append('file', new Blob(['# Plan']), 'plan.md');
  const sent = await fetch(`${app.url}/api/v1/files?filename=plan.md`, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: form });
  expect([sent.status, await sent.json()]).toEqual([415, expect.objectContaining({ next: expect.stringContaining('bytes of the file alone') })]);
  expect((await get('plan.md')).status).toBe(404);
  const json = await send('filename=a.json', '{"a":1}', 'application/json');
  expect(await json.json()).toMatchObject({ error: expect.stringContaining('another Content-Type'), code: 'invalid_input' });
});

test('the reference says which fields stand in the query beside a whole body', async () => {
  const { body } = await app.call('GET', '/api/v1/openapi.json');
  const { parameters, requestBody } = body.paths['/api/v1/files'].post;
  const inQuery = parameters.filter((one: { readonly in?: string }) => one.in === 'query');
  expect(inQuery.map(({ name, required }: { readonly name: string; readonly required: boolean }) => [name, required])).toEqual([
    ['filename', false],
    ['content_type', false],
  ]);
  expect(Object.keys(requestBody.content)).toEqual(['application/json', '*/*']);
});

test('in JSON the same bytes come as Base64', async () => {
  const made = await app.call('POST', '/api/v1/files', { token, body: { filename: 'note.txt', content_type: 'text/plain', content: 'aMOp' } });
  expect(made).toMatchObject({ status: 201, body: { size: 3 } });
  expect(await (await get('note.txt')).text()).toBe('hé');
});

test('too many bytes, no Base64 and an unnamed file are told by field; a name and a type that no header can carry do no harm', async () => {
  expect((await send('filename=big', 'x'.repeat(1001), 'text/plain')).status).toBe(400);
  const faulty = await app.call('POST', '/api/v1/files', { token, body: { content: 'no base64!' } });
  expect(faulty).toMatchObject({ status: 400, body: { code: 'invalid_input', fields: { filename: expect.anything(), content: expect.anything() } } });
  await app.call('POST', '/api/v1/files', { token, body: { filename: 'a\r\nset-cookie: x', content_type: 'text/plain\r\nset-cookie: x=1', content: '' } });
  const back = await get('a\r\nset-cookie: x');
  expect(back.status).toBe(200);
  expect(back.headers.get('content-type')).toBe('application/octet-stream');
  expect(back.headers.get('set-cookie')).toBeNull();
});

test('a client that has the bytes is not sent them again', async () => {
  await send('filename=tagged', 'tagged', 'text/plain');
  const etag = (await get('tagged')).headers.get('etag') ?? '';
  const again = await get('tagged', { 'if-none-match': etag });
  expect([again.status, await again.text()]).toEqual([304, '']);
});

test('a platform whose tool hands out a file, or whose body has no field, cannot be served', () => {
  const spec = { name: 'files', version: '1', scopes: ['files:read', 'files:write'], keys: platform.keys, tables: [] };
  const tool = bind(defineOperation({ ...read, tool: true }), () => refuse('not_found'));
  expect(() => definePlatform({ ...spec, operations: [tool] })).toThrow('must be no tool: it hands out a file');
  const lacking = bind(defineOperation({ ...upload, rest: { method: 'POST', path: '/files', body: 'bytes' } }), () => refuse('not_found'));
  expect(() => definePlatform({ ...spec, operations: [lacking] })).toThrow('"bytes", which its input lacks');
});
