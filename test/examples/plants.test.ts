import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Running, json, serve, temporaryFolder } from '../../packages/server/test/cli/process.js';
import { shell, wordsOf } from '../docs/shell.js';
import { snippetsOf } from '../docs/snippets.js';

/** Runs examples/plants as its README does: by its path, through the real program, with keys from the command line. */
const root = fileURLToPath(new URL('../../', import.meta.url));
const [start = '', , call = ''] = (snippetsOf(join(root, 'examples/plants/README.md'))[0]?.text ?? '').split('\n');
const folder = temporaryFolder();
const nobody = '4f0d6c1e-6f0b-4b7e-9c61-0f5f2f7f8a11';
let server: Running;
let full: string;
let reader: string;
let logged: { id: string; plant: string };

const keyFor = async (name: string, scopes: string): Promise<string> => {
  const made = await json('key', 'create', '--user', 'owner@localhost', '--name', name, '--scopes', scopes, '--data', folder.path);
  return String(made.raw_key);
};

beforeAll(async () => {
  const [, , , path = ''] = wordsOf(start);
  server = await serve([path, '--data', folder.path], { cwd: root });
  full = readFileSync(join(folder.path, 'first-key'), 'utf8').trim();
  reader = await keyFor('reader', 'waterings:read');
});
afterAll(async () => {
  await server?.stop();
  folder.remove();
});

async function rest(token: string | undefined, path: string, body?: object) {
  const headers = { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
  const response = await fetch(`${server.url}/api/v1${path}`, body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) });
  const answer: { code?: string; next?: string } = JSON.parse(await response.text());
  return { status: response.status, body: answer };
}

describe('over REST', () => {
  it('the call in the README logs a watering, which a key that may read lists and gets', async () => {
    const ended = await shell(call.replaceAll('http://127.0.0.1:4100', server.url), { KEY: full });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    logged = JSON.parse(ended.stdout);
    expect(logged).toMatchObject({ plant: 'Fern', millilitres: 250, note: null });
    expect(await rest(reader, '/waterings?plant=Fern')).toEqual({ status: 200, body: [logged] });
    expect(await rest(reader, `/waterings/${logged.id}`)).toEqual({ status: 200, body: logged });
  });

  it('each refusal has its status and code, and says what to do next', async () => {
    const refusals = [
      await rest(undefined, '/waterings'),
      await rest('plant_wrong', '/waterings'),
      await rest(reader, '/waterings', { plant: 'Fern', millilitres: 1 }),
      await rest(full, '/waterings', { plant: '', millilitres: 'much' }),
      await rest(full, `/waterings/${nobody}`),
    ];
    expect(refusals.map(({ status, body }) => [status, body.code, typeof body.next])).toEqual([
      [401, 'unauthenticated', 'string'],
      [401, 'invalid_credential', 'string'],
      [403, 'insufficient_scope', 'string'],
      [400, 'invalid_input', 'string'],
      [404, 'not_found', 'string'],
    ]);
  });

  it('the limit of one key is its own', async () => {
    const hasty = await keyFor('hasty', 'waterings:read');
    const statuses: number[] = [];
    while (statuses.length < 80 && statuses.at(-1) !== 429) statuses.push((await rest(hasty, '/waterings')).status);
    expect(statuses.at(-1)).toBe(429);
    expect(statuses.length).toBeGreaterThan(60);
    expect((await rest(reader, '/waterings')).status).toBe(200);
  });
});

describe.each([
  ['of the initialize era', 'legacy'],
  ['of 2026-07-28', { pin: '2026-07-28' }],
] as const)('over MCP, for a client %s', (_era, mode) => {
  async function connected(token: string, answers: object[] = []): Promise<Client> {
    const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode }, capabilities: { elicitation: { form: {} } } });
    client.setRequestHandler('elicitation/create', () => Promise.resolve({ action: 'accept', content: { ...answers.shift() } }));
    const requestInit = { headers: { authorization: `Bearer ${token}` } };
    await client.connect(new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), { requestInit }));
    return client;
  }

  it('a reader sees the tools that read, the resource and the prompt, and is refused the rest', async () => {
    const client = await connected(reader);
    try {
      expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['waterings_get', 'waterings_list']);
      const { contents } = await client.readResource({ uri: `plants://waterings/${logged.id}` });
      expect(contents).toEqual([expect.objectContaining({ text: JSON.stringify(logged) })]);
      const suggested = await client.complete({ ref: { type: 'ref/prompt', name: 'when_to_water' }, argument: { name: 'plant', value: 'f' } });
      expect(suggested.completion.values).toEqual(['Fern']);
      const { messages } = await client.getPrompt({ name: 'when_to_water', arguments: { plant: 'Fern' } });
      expect(messages[0]?.content).toMatchObject({ text: expect.stringMatching(/^When does Fern need water again\?\n- \S+Z: 250 ml$/) });
      await expect(client.callTool({ name: 'waterings_create', arguments: { plant: 'Ivy', millilitres: 5 } })).rejects.toThrow(
        'needs the scope waterings:write',
      );
    } finally {
      await client.close();
    }
  });

  it('a watering goes only where the user is sure', async () => {
    const client = await connected(full, [{ sure: false }, { sure: true }]);
    try {
      const made = await client.callTool({ name: 'waterings_create', arguments: { plant: 'Ivy', millilitres: 5 } });
      const { id } = Object(made.structuredContent);
      const remove = () => client.callTool({ name: 'waterings_delete', arguments: { id } });
      expect((await remove()).structuredContent).toEqual({ deleted: false });
      expect((await rest(reader, `/waterings/${id}`)).status).toBe(200);
      expect((await remove()).structuredContent).toEqual({ deleted: true });
      expect((await rest(reader, `/waterings/${id}`)).status).toBe(404);
    } finally {
      await client.close();
    }
  });
});
