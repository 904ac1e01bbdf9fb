import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Client, Json } from './support/client.js';
import { type Peopled, openPeopled } from './support/person.js';

const UNKNOWN = '3f2b8c1e-0000-4000-8000-000000000000';

const SKILL = {
  schema_version: 1,
  instructions: { system: 'You know GitHub.', guidelines: ['Be brief'], examples: [{ input: 'a', output: 'b' }] },
  tools: [
    {
      name: 'list_issues',
      description: 'Lists issues',
      inputSchema: { type: 'object', properties: { owner: { type: 'string' } } },
      endpoint: { method: 'GET', url_template: 'https://api.github.com/repos/{owner}/issues', headers: { Authorization: 'Bearer {{credentials.token}}' } },
      rate_limit: { requests_per_minute: 30 },
    },
  ],
  docs: [{ url: 'https://docs.github.com', fetch_strategy: 'cache', ttl_hours: 168 }],
};

const MODE = {
  schema_version: 1,
  mode_type: 'authoring',
  prompt: { system_addon: 'Write a PRD.', entry_message: 'Hello', exit_message: null, guidelines: ['Ask first'] },
  tools: { allow: ['file_read', 'file_write'], deny: ['shell'], additional_scopes: ['tickets:write'], activate_mcp: ['github'] },
  artifact: { type: 'document', format: 'markdown', filename_template: 'prd-{{slugify(title)}}.md', output_template: null },
  session: { max_turns: 20, auto_save_interval: 3, exit_commands: ['/exit'] },
};

const times = { created_by: expect.any(String), created_at: '2026-01-31T09:30:00Z', updated_at: '2026-01-31T09:30:00Z' };

let world: Peopled;
let agent: Client;
const ada = () => world.person('ada');
/** Fields that an answer of 400 names. */
const faults = async (answer: Promise<Answer<Json>>) => {
  const { status, json } = await answer;
  return status === 400 ? Object.keys(json.fields as object) : status;
};

beforeAll(async () => {
  world = await openPeopled();
  agent = await world.agent('ada');
});
afterAll(() => world?.close());

interface Resource {
  readonly path: string;
  /** A body that does, with this name. */
  readonly make: (name: string) => object;
  readonly change: object;
}

const resources: readonly Resource[] = [
  { path: 'skills', make: (name) => ({ name, manifest: SKILL }), change: { manifest: { schema_version: 1 } } },
  { path: 'lambdas', make: (name) => ({ name, path: `${crypto.randomUUID()}.sh`, body: 'true' }), change: { body: 'false' } },
  { path: 'modes', make: (name) => ({ name, manifest: MODE }), change: { description: 'For plans' } },
  { path: 'mcp-servers', make: (name) => ({ name, transport: 'stdio', command: 'npx', args: ['-y', 'server'] }), change: { is_active: false } },
];

describe.each(resources)('$path', ({ path, make, change }) => {
  const at = `/api/v1/${path}`;

  it('are made, shown, listed, changed and deleted by people', async () => {
    const { status, json } = await ada().post(at, make('first'));
    expect(status).toBe(201);
    expect(json).toMatchObject({ name: 'first', description: null, ...times });
    expect((await ada().get(`${at}/${json.id}`)).json).toEqual(json);
    world.app.now += 60_000;
    const later = (await ada().post(at, make('later'))).json;
    expect((await ada().get<Json[]>(at)).json.map(({ id }) => id)).toEqual([later.id, json.id]);
    expect((await ada().get<Json[]>(`${at}?limit=1&offset=1`)).json.map(({ id }) => id)).toEqual([json.id]);
    const changed = (await ada().patch(`${at}/${json.id}`, change)).json;
    expect(changed).toMatchObject({ name: 'first', updated_at: '2026-01-31T09:31:00Z', created_at: '2026-01-31T09:30:00Z' });
    expect(changed).not.toEqual(json);
    expect((await ada().patch(`${at}/${json.id}`, {})).json).toEqual(changed);
    for (const id of [json.id, later.id]) expect((await ada().delete(`${at}/${id}`)).status).toBe(204);
    expect((await ada().delete(`${at}/${json.id}`)).status).toBe(404);
    expect((await ada().get(`${at}/${json.id}`)).status).toBe(404);
    expect((await ada().patch(`${at}/${json.id}`, change)).status).toBe(404);
    expect((await ada().get(at)).json).toEqual([]);
    world.app.now -= 60_000;
  });

  it('have one name each: 409 for another, made or renamed, also at the same moment', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => ada().post(at, make('same'))));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.json).toMatchObject({ code: 'conflict', error: expect.stringContaining('the same name') });
    const other = (await ada().post(at, make('other'))).json.id;
    expect((await ada().patch(`${at}/${other}`, { name: 'same' })).status).toBe(409);
    expect((await ada().get(`${at}/${other}`)).json).toMatchObject({ name: 'other' });
    expect((await world.person('eve').post(at, make('same'))).status).toBe(201);
  });

  it('have a name, and no field that is not theirs', async () => {
    expect(await faults(ada().post(at, make(' ')))).toContain('name');
    expect(await faults(ada().post(at, { ...make('x'), is_system: true }))).toEqual(['is_system']);
  });

  it('are for people: 403 for a key with every scope, and no tools', async () => {
    const { id } = (await ada().post(at, make('not for agents'))).json;
    for (const { status } of [
      await agent.get(at),
      await agent.get(`${at}/${id}`),
      await agent.post(at, make('by an agent')),
      await agent.patch(`${at}/${id}`, change),
      await agent.delete(`${at}/${id}`),
    ]) {
      expect(status).toBe(403);
    }
    const { result } = (await agent.rpc('tools/list')).json;
    const tools = (result?.tools as readonly { name: string }[] | undefined) ?? [];
    expect(tools.filter(({ name }) => name.startsWith(path.replace('-', '_')))).toEqual([]);
  });

  it('of another tenant are as if they had never been', async () => {
    const { id } = (await ada().post(at, make('secret'))).json;
    const eve = world.person('eve');
    for (const foreign of [id, UNKNOWN]) {
      expect((await eve.get(`${at}/${foreign}`)).status).toBe(404);
      expect((await eve.patch(`${at}/${foreign}`, change)).status).toBe(404);
      expect((await eve.delete(`${at}/${foreign}`)).status).toBe(404);
    }
    expect((await eve.get(at)).text).not.toContain('secret');
  });
});

describe('skills', () => {
  const kept = (manifest: unknown) => ada().post('/api/v1/skills', { name: crypto.randomUUID(), manifest });

  it('keep a whole manifest as it was given', async () => {
    expect((await kept(SKILL)).json).toMatchObject({ manifest: SKILL });
  });

  it('have the documented defaults filled in', async () => {
    expect((await kept({ schema_version: 1, docs: [{ url: 'https://example.com' }] })).json.manifest).toEqual({
      schema_version: 1,
      instructions: { system: null, guidelines: [], examples: [] },
      tools: [],
      docs: [{ url: 'https://example.com', fetch_strategy: 'cache', ttl_hours: 168 }],
    });
  });

  it.each([
    ['another version', { schema_version: 2 }, 'manifest.schema_version'],
    ['an unknown member', { schema_version: 1, instructionz: {} }, 'manifest.instructionz'],
    [
      'a way of fetching that there is not',
      { schema_version: 1, docs: [{ url: 'https://x.example', fetch_strategy: 'live' }] },
      'manifest.docs.0.fetch_strategy',
    ],
    [
      'an endpoint that is no address',
      { ...SKILL, tools: [{ ...SKILL.tools[0], endpoint: { method: 'GET', url_template: 'file:///etc' } }] },
      'manifest.tools.0.endpoint.url_template',
    ],
    [
      'a secret in a header',
      { ...SKILL, tools: [{ ...SKILL.tools[0], endpoint: { ...SKILL.tools[0]?.endpoint, headers: { Authorization: 'Bearer abc' } } }] },
      'manifest.tools.0.endpoint.headers.Authorization',
    ],
  ])('with %s are refused with 400, and the place is named', async (_what, manifest, field) => {
    expect(await faults(kept(manifest))).toEqual([field]);
  });

  it('that are too large are refused', async () => {
    const large = { schema_version: 1, instructions: { guidelines: Array.from({ length: 17 }, () => 'x'.repeat(4000)) } };
    expect(await faults(kept(large))).toEqual(['manifest']);
  });
});

describe('modes', () => {
  const kept = (manifest: unknown) => ada().post('/api/v1/modes', { name: crypto.randomUUID(), manifest });

  it('keep a whole manifest as it was given', async () => {
    expect((await kept(MODE)).json).toMatchObject({ manifest: MODE });
  });

  it('have the documented defaults of a session filled in', async () => {
    expect((await kept({ schema_version: 1, mode_type: 'review' })).json.manifest).toEqual({
      schema_version: 1,
      mode_type: 'review',
      prompt: { system_addon: null, entry_message: null, exit_message: null, guidelines: [] },
      tools: { allow: [], deny: [], additional_scopes: [], activate_mcp: [] },
      artifact: null,
      session: { max_turns: 50, auto_save_interval: 5, exit_commands: ['/exit', '/done', '/finish'] },
    });
  });

  it('may add only scopes that there are', async () => {
    const { json } = await kept({ ...MODE, tools: { ...MODE.tools, additional_scopes: ['tickets:write', 'tickets:own'] } });
    expect(json).toMatchObject({ code: 'invalid_input', fields: { 'manifest.tools.additional_scopes.1': ['unknown scope: tickets:own'] } });
  });

  it.each([
    ['a type that there is not', { ...MODE, mode_type: 'analysis' }, 'manifest.mode_type'],
    ['a file in another folder', { ...MODE, artifact: { ...MODE.artifact, filename_template: '../x.md' } }, 'manifest.artifact.filename_template'],
  ])('with %s are refused', async (_what, manifest, field) => {
    expect(await faults(kept(manifest))).toEqual([field]);
  });
});

describe('lambdas', () => {
  const kept = (body: object) => ada().post('/api/v1/lambdas', { name: crypto.randomUUID(), path: `${crypto.randomUUID()}.sh`, body: 'true', ...body });

  it('run by their first line unless they say otherwise, and are never the system’s', async () => {
    expect((await kept({})).json).toMatchObject({ interpreter: 'auto', is_system: false });
    for (const interpreter of ['bash', 'sh', 'python3', 'node']) expect((await kept({ interpreter })).json).toMatchObject({ interpreter });
    expect(await faults(kept({ interpreter: 'perl' }))).toEqual(['interpreter']);
  });

  it.each(['', '/etc/passwd', '../up.sh', 'a/../../up.sh', './a.sh', 'a//b.sh', 'a/', '~/a.sh', 'C:\\a.sh', 'c:a.sh', 'a\nb'])(
    'lie inside the worker’s folder: %j is refused',
    async (path) => {
      expect(await faults(kept({ path }))).toEqual(['path']);
    },
  );

  it('may lie in folders there, each at a path of its own', async () => {
    expect((await kept({ path: 'checks/git/merged.sh' })).status).toBe(201);
    const { status, json } = await kept({ path: 'checks/git/merged.sh' });
    expect({ status, fields: json.fields }).toEqual({ status: 409, fields: { path: ['There is a lambda with the same path already'] } });
  });

  it('that a step runs are not deleted: 409 names the step', async () => {
    const { id } = (await kept({})).json;
    const pipeline = (await agent.post('/api/v1/pipelines', { name: 'release' })).json.id;
    const step = (await agent.post('/api/v1/pipeline-steps', { pipeline_id: pipeline, name: 'check', step_type: 'lambda', lambda_id: id })).json.id;
    const refused = await ada().delete(`/api/v1/lambdas/${id}`);
    expect(refused.status).toBe(409);
    expect(refused.json.error).toBe('The lambda is used by the step "check" of the pipeline "release".');
    await agent.delete(`/api/v1/pipeline-steps/${step}`);
    expect((await ada().delete(`/api/v1/lambdas/${id}`)).status).toBe(204);
  });
});

describe('external MCP servers', () => {
  const kept = (body: object) => ada().post('/api/v1/mcp-servers', { name: crypto.randomUUID(), ...body });
  const stdio = (more: object) => kept({ transport: 'stdio', command: 'npx', ...more });
  const http = (more: object) => kept({ transport: 'http', url: 'https://mcp.example.com/mcp', ...more });

  it('over stdio have a command, over HTTP an address, and neither has the other’s', async () => {
    expect((await stdio({ env: { LOG_LEVEL: 'debug' } })).status).toBe(201);
    expect((await http({ headers: { 'X-Team': 'gate' } })).json).toMatchObject({ command: null, args: [], env: {}, is_active: true });
    expect(await faults(kept({ transport: 'stdio' }))).toEqual(['command']);
    expect(await faults(kept({ transport: 'http' }))).toEqual(['url']);
    expect(await faults(stdio({ url: 'https://x.example', headers: { a: 'b' } }))).toEqual(['url', 'headers']);
    expect(await faults(http({ command: 'npx', args: ['x'], env: { A: 'b' } }))).toEqual(['command', 'args', 'env']);
  });

  it('are judged as a whole after a change too, and stay as they were where it is refused', async () => {
    const server = (await stdio({})).json;
    const at = `/api/v1/mcp-servers/${server.id}`;
    expect(await faults(ada().patch(at, { transport: 'http' }))).toEqual(['url', 'command']);
    expect((await ada().get(at)).json).toEqual(server);
    expect((await ada().patch(at, { transport: 'http', command: null, url: 'https://mcp.example.com' })).status).toBe(200);
  });

  it('take secrets as placeholders', async () => {
    const secrets = { GITHUB_TOKEN: '{{credentials.github}}', API_KEY: '{{ credentials.api-key }}', HOME_DIR: '/srv' };
    expect((await stdio({ env: secrets, args: ['--token={{credentials.github}}', '--api-key', '{{credentials.key}}'] })).json).toMatchObject({ env: secrets });
    expect((await http({ headers: { Authorization: 'Bearer {{credentials.github}}', Cookie: 'session={{credentials.session}}' } })).status).toBe(201);
  });

  it.each([
    ['env.GITHUB_TOKEN', () => stdio({ env: { GITHUB_TOKEN: 'abc' } })],
    ['env.DB_PASSWORD', () => stdio({ env: { DB_PASSWORD: 'x{{credentials.a}}hunter2' } })],
    ['env.ANYTHING', () => stdio({ env: { ANYTHING: 'ghp_abcdefghijklmnopqrstuvwx' } })],
    ['args.0', () => stdio({ args: ['--token=abc'] })],
    ['args.1', () => stdio({ args: ['--api-key', 'abc'] })],
    ['headers.Authorization', () => http({ headers: { Authorization: 'Bearer abc' } })],
    ['headers.X-API-Key', () => http({ headers: { 'X-API-Key': 'abc' } })],
    ['headers.X-Anything', () => http({ headers: { 'X-Anything': `nen_${'a'.repeat(64)}` } })],
    ['url', () => kept({ transport: 'http', url: 'https://ada:secret@mcp.example.com' })],
    ['url', () => kept({ transport: 'http', url: 'https://mcp.example.com?api_key=abc' })],
  ])('with a secret that is none are refused: %s', async (field, attempt) => {
    const { status, json, text } = await attempt();
    expect(status).toBe(400);
    expect(json.fields).toEqual({ [field]: [expect.stringContaining('{{credentials.')] });
    expect(text).not.toMatch(/hunter2|ghp_|secret@|nen_a/);
  });
});

describe('pipeline assignments', () => {
  const at = '/api/v1/pipeline-assignments';
  const made = async (what: string) => (await agent.post(`/api/v1/${what}`, { name: what })).json.id;

  it('join a pipeline to a project once, and are listed by either', async () => {
    const [pipeline_id, project_id, other] = [await made('pipelines'), await made('projects'), await made('projects')];
    const { status, json } = await ada().post(at, { pipeline_id, project_id });
    expect(status).toBe(201);
    expect(json).toEqual({ id: expect.any(String), pipeline_id, project_id, ...times });
    expect((await ada().post(at, { pipeline_id, project_id })).status).toBe(409);
    expect((await ada().get(`${at}?project_id=${project_id}`)).json).toEqual([json]);
    expect((await ada().get(`${at}?pipeline_id=${pipeline_id}`)).json).toEqual([json]);
    expect((await ada().get(`${at}?project_id=${other}`)).json).toEqual([]);
    expect((await ada().patch(`${at}/${json.id}`, { project_id: other })).json).toMatchObject({ project_id: other });
    expect((await ada().delete(`${at}/${json.id}`)).status).toBe(204);
    expect((await ada().get(`${at}/${json.id}`)).status).toBe(404);
  });

  it('are gone with their pipeline', async () => {
    const [pipeline_id, project_id] = [await made('pipelines'), await made('projects')];
    const { id } = (await ada().post(at, { pipeline_id, project_id })).json;
    await agent.delete(`/api/v1/pipelines/${pipeline_id}`);
    expect((await ada().get(`${at}/${id}`)).status).toBe(404);
  });

  it('name what is not there: 404, for unknown and foreign ids alike, also in a change', async () => {
    const [pipeline_id, project_id] = [await made('pipelines'), await made('projects')];
    const { id } = (await ada().post(at, { pipeline_id, project_id })).json;
    const eve = world.person('eve');
    const foreign = (await eve.post('/api/v1/projects', { name: 'eve’s' })).json.id;
    for (const unknown of [UNKNOWN, foreign]) {
      expect((await ada().post(at, { pipeline_id, project_id: unknown })).json).toMatchObject({ code: 'not_found', fields: { project_id: expect.anything() } });
      expect((await ada().patch(`${at}/${id}`, { pipeline_id: unknown })).json).toMatchObject({
        code: 'not_found',
        fields: { pipeline_id: expect.anything() },
      });
    }
    expect((await eve.get(`${at}/${id}`)).status).toBe(404);
    expect((await agent.get(at)).status).toBe(403);
  });
});
