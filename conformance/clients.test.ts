import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newHome, program, say, surroundings, tool } from './lib/programs.js';
import { servePlatform } from './lib/serve.mjs';
import { withNewerNode } from './lib/suites.js';

/** What a key with `echo:say` alone is shown. */
const SHOWN = ['test_echo', 'test_echo_nothing'];
const SECONDS_20 = { timeout: 20_000 };

const hello = { content: [{ type: 'text', text: 'hello' }] };

let url: string;
let key: string;
const home = newHome();
const env = surroundings(home.path);
let server: Awaited<ReturnType<typeof servePlatform>>;

beforeAll(async () => {
  server = await servePlatform();
  url = `${server.url}/mcp`;
  key = await server.key(['echo:say']);
});
afterAll(async () => {
  await server?.close();
  home.remove();
});

withNewerNode('the client of the AI SDK', '22.19', (node) => {
  const run = (token: string, ...what: string[]) => say(node, [tool('ai-sdk.mjs'), url, token, ...what], env);

  it('lists the tools that its key covers', SECONDS_20, async () => {
    expect(JSON.parse((await run(key, 'list')).stdout)).toEqual(SHOWN);
  });

  it('calls a tool', SECONDS_20, async () => {
    expect(JSON.parse((await run(key, 'call', 'test_echo', '{"said":"hello"}')).stdout)).toMatchObject(hello);
  });

  it('reads a refusal, with what is wrong', SECONDS_20, async () => {
    expect(JSON.parse((await run(key, 'call', 'test_echo', '{"said":""}')).stdout)).toEqual({ error: expect.stringMatching(/^said: /) });
  });

  it('cannot connect with a bad key', SECONDS_20, async () => {
    expect(JSON.parse((await run('cnf_bad', 'list')).stdout)).toEqual({ error: expect.stringContaining('invalid_credential') });
  });
});

withNewerNode('the command line of the MCP Inspector', '22.19', (node) => {
  const run = (token: string, method: string, ...more: string[]) =>
    say(node, [program('mcp-inspector'), '--cli', url, '--transport', 'http', '--header', `Authorization: Bearer ${token}`, '--method', method, ...more], env);

  it('lists the tools that its key covers', SECONDS_20, async () => {
    const { tools: listed } = JSON.parse((await run(key, 'tools/list')).stdout);
    expect(listed.map(({ name }: { name: string }) => name)).toEqual(SHOWN);
  });

  it('calls a tool', SECONDS_20, async () => {
    expect(JSON.parse((await run(key, 'tools/call', '--tool-name', 'test_echo', '--tool-arg', 'said=hello')).stdout)).toMatchObject(hello);
  });

  it('finds a tool’s failure to be one', SECONDS_20, async () => {
    const { code, stdout } = await run(key, 'tools/call', '--tool-name', 'test_echo_nothing');
    expect(JSON.parse(stdout)).toMatchObject({ isError: true });
    expect(code).toBe(5);
  });

  it('reads a refusal, with what is wrong', SECONDS_20, async () => {
    const { code, all } = await run(key, 'tools/call', '--tool-name', 'test_echo', '--tool-arg', `said=${'x'.repeat(101)}`);
    expect(code).not.toBe(0);
    expect(all).toContain('said: ');
  });

  it('cannot connect with a bad key', SECONDS_20, async () => {
    const { code, all } = await run('cnf_bad', 'tools/list');
    expect(code).toBe(3);
    expect(all).toContain('auth_required');
  });
});

withNewerNode('mcporter', '24', (node) => {
  const run = (token: string, what: string, ...more: string[]) =>
    say(node, [program('mcporter'), what, '--http-url', url, '--allow-http', '--no-oauth', '--header', `Authorization=Bearer ${token}`, ...more], env);
  const call = (tool: string, given: object) => run(key, 'call', '--tool', tool, '--args', JSON.stringify(given), '--output', 'json');

  it('lists the tools that its key covers', SECONDS_20, async () => {
    const { tools: listed } = JSON.parse((await run(key, 'list', '--json')).stdout);
    expect(listed.map(({ name }: { name: string }) => name)).toEqual(SHOWN);
  });

  it('calls a tool', SECONDS_20, async () => {
    expect(JSON.parse((await call('test_echo', { said: 'hello' })).stdout)).toMatchObject(hello);
  });

  it('reads the refusal of a tool beyond its key, with the scope that is missing', SECONDS_20, async () => {
    const { code, stdout } = await call('test_sampling', { prompt: 'hello' });
    expect(code).toBe(1);
    expect(JSON.parse(stdout).error).toContain('needs the scope tools:ask');
  });

  it('cannot call with a bad key', SECONDS_20, async () => {
    const { code, stdout } = await run('cnf_bad', 'call', '--tool', 'test_echo', '--args', '{"said":"hello"}', '--output', 'json');
    expect(code).toBe(1);
    expect(stdout).not.toContain('"text"');
  });
});

withNewerNode('mcp-remote, which brings a server to clients that speak over pipes', '22.19', (node) => {
  async function connect(token: string): Promise<Client> {
    const client = new Client({ name: 'test', version: '1.0.0' });
    const args = [program('mcp-remote'), url, '--transport', 'http-only', '--header', `Authorization: Bearer ${token}`];
    await client.connect(new StdioClientTransport({ command: node, args, env, stderr: 'ignore' }));
    return client;
  }

  describe('with a key', () => {
    let client: Client;
    beforeAll(async () => {
      client = await connect(key);
    });
    afterAll(() => client?.close());

    it('lists the tools that its key covers', SECONDS_20, async () => {
      expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(SHOWN);
    });

    it('calls a tool', SECONDS_20, async () => {
      expect(await client.callTool({ name: 'test_echo', arguments: { said: 'hello' } })).toMatchObject(hello);
    });

    it('passes the refusal of a tool beyond its key on, with the scope that is missing', SECONDS_20, async () => {
      const denied = client.callTool({ name: 'test_sampling', arguments: { prompt: 'hello' } });
      await expect(denied).rejects.toMatchObject({ code: -32001, data: { code: 'insufficient_scope', missing: ['tools:ask'] } });
    });
  });
});
