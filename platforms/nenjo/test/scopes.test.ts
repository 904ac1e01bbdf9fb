import type { Operation } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Nenjo, openNenjo } from './support/app.js';

const ID = '3f2b8c1e-0000-4000-8000-000000000000';

interface Listed {
  readonly tools: readonly { readonly name: string; readonly scope: string; readonly inputSchema: object }[];
}

describe('scopes', () => {
  let app: Nenjo;
  let tools: readonly Operation[];

  beforeAll(async () => {
    app = await openNenjo();
    tools = app.gatehouse.platform.operations.map(({ op }) => op).filter((op) => op.tool);
  });
  afterAll(() => app?.close());

  const listed = async (scopes: readonly string[]) => {
    const { result } = (await app.as(await app.keyOf('ada@example.com', scopes)).rpc('tools/list')).json;
    return (result as unknown as Listed).tools;
  };

  it('a key without scopes lists all tools in a stable order, each with its scope and its schema', async () => {
    const all = await listed([]);
    expect(all.map(({ name }) => name)).toEqual(tools.map(({ name }) => name).sort());
    const scopeOf = new Map(tools.map(({ name, access }) => [name, access.scope]));
    for (const tool of all) {
      expect(tool.scope).toBe(scopeOf.get(tool.name));
      expect(app.gatehouse.platform.scopes).toContain(tool.scope);
      expect(tool.inputSchema).toMatchObject({ type: 'object' });
    }
  });

  it('a key with tickets:read and executions:read lists only those reads', async () => {
    const names = (await listed(['tickets:read', 'executions:read'])).map(({ name }) => name);
    expect(names).toEqual(['executions_get', 'executions_list', 'tickets_get', 'tickets_list']);
  });

  it('all tools have the names and the scopes of the documented table', async () => {
    const kept = ['list', 'get', 'create', 'update', 'delete'];
    const table: Record<string, readonly [reads: readonly string[], writes: readonly string[]]> = {
      tickets: [
        ['tickets_list', 'tickets_get'],
        ['tickets_create', 'tickets_update', 'tickets_delete'],
      ],
      projects: [
        ['projects_list', 'projects_get'],
        ['projects_create', 'projects_update'],
      ],
      documents: [['documents_list', 'documents_read'], ['documents_delete']],
      pipelines: [
        ['pipelines', 'pipeline_steps', 'pipeline_edges'].flatMap((name) => kept.slice(0, 2).map((verb) => `${name}_${verb}`)),
        ['pipelines', 'pipeline_steps', 'pipeline_edges'].flatMap((name) => kept.slice(2).map((verb) => `${name}_${verb}`)),
      ],
      executions: [
        ['executions_list', 'executions_get'],
        ['executions_create', 'executions_command'],
      ],
      agents: [
        ['agents_list', 'agents_get', 'agents_match', 'agents_tags', 'agent_roles_list', 'agent_roles_get'],
        ['agents_create', 'agents_update', 'agents_delete'],
      ],
      councils: [
        ['councils_list', 'councils_get'],
        ['councils_create', 'councils_update', 'councils_delete'],
      ],
      chat: [['chat_sessions_list', 'chat_messages_list'], []],
      graph: [['graph_dependencies', 'graph_execution_order'], []],
    };
    const wanted = Object.entries(table).flatMap(([group, [reads, writes]]) => [
      ...reads.map((name) => [name, `${group}:read`]),
      ...writes.map((name) => [name, `${group}:write`]),
    ]);
    expect((await listed([])).map(({ name, scope }) => [name, scope])).toEqual(wanted.sort());
  });

  it.each<[held: readonly string[], wanted: string, granted: boolean]>([
    [[], 'agents:write', true],
    [['tickets:read'], 'tickets:read', true],
    [['tickets:read'], 'tickets:write', false],
    [['tickets:write'], 'tickets:read', true],
    [['tickets:write'], 'tickets:write', true],
    [['tickets:write'], 'projects:read', false],
    [['tickets:read', 'executions:read'], 'executions:write', false],
    [['tickets:read', 'executions:read'], 'agents:read', false],
  ])('a key with %j is, as the documented table of truths has it, let to %s: %s', async (held, wanted, granted) => {
    const [resource = '', permission] = wanted.split(':');
    const client = app.as(await app.keyOf('ada@example.com', held));
    const { status } = permission === 'read' ? await client.get(`/api/v1/${resource}`) : await client.post(`/api/v1/${resource}`, {});
    // What is let in without fields is told which ones it lacks.
    expect(status).toBe(granted ? (permission === 'read' ? 200 : 400) : 403);
    const tool = { name: `${resource}_${permission === 'read' ? 'list' : 'create'}`, arguments: {} };
    expect((await client.rpc('tools/call', tool)).json.error?.code).toBe(granted ? (permission === 'read' ? undefined : -32602) : -32001);
  });

  it('write implies read on the same resource, and on no other', async () => {
    expect((await listed(['tickets:write'])).map(({ name }) => name)).toEqual([
      'tickets_create',
      'tickets_delete',
      'tickets_get',
      'tickets_list',
      'tickets_update',
    ]);
    expect((await listed(['projects:read'])).map(({ name }) => name)).toEqual(['projects_get', 'projects_list']);
  });

  it('every operation is refused without its scope on REST (403) and on MCP (-32001), and let through with it on both', async () => {
    for (const op of tools) {
      const scope = op.access.scope ?? '';
      const others = app.gatehouse.platform.scopes.filter((held) => held !== scope && held !== scope.replace(':read', ':write'));
      const without = app.as(await app.keyOf('ada@example.com', others));
      const having = app.as(await app.keyOf('ada@example.com', [scope]));
      const params = { name: op.name, arguments: op.rest?.path.includes(':id') ? { id: ID } : {} };
      expect((await without.rpc('tools/call', params)).json.error, op.name).toMatchObject({ code: -32001, data: { missing: [scope] } });
      expect((await having.rpc('tools/call', params)).json.error?.code, op.name).not.toBe(-32001);
      const { method = 'GET', path = '' } = op.rest ?? {};
      const rest = async (client: typeof having) => {
        const address = `/api/v1${path.replace(':id', ID)}`;
        if (method === 'POST') return client.post(address, {});
        if (method === 'PATCH') return client.patch(address, {});
        return method === 'DELETE' ? client.delete(address) : client.get(address);
      };
      const refused = await rest(without);
      expect(refused.status, op.name).toBe(403);
      expect(refused.json, op.name).toMatchObject({ code: 'insufficient_scope', missing: [scope] });
      expect([401, 403], op.name).not.toContain((await rest(having)).status);
    }
  });

  it('a revoked key is refused on its very next call', async () => {
    const user = await app.gatehouse.users.findOrCreate('eve@example.com');
    if (user instanceof Error) throw user;
    const made = await app.gatehouse.keys.mint({ tenant: user.homeTenant, user: user.id, name: 'k', createdBy: 'test' });
    if (made instanceof Error) throw made;
    expect((await app.as(made.raw).rpc('tools/list')).status).toBe(200);
    await app.gatehouse.keys.revoke(user.homeTenant, made.key.id);
    expect((await app.as(made.raw).rpc('tools/list')).status).toBe(401);
    expect((await app.as(made.raw).get('/api/v1/tickets')).status).toBe(401);
  });
});
