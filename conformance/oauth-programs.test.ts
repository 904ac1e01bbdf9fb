import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { expect, it } from 'vitest';
import { freePort } from '../scripts/lib/free-port.mjs';
import { program, say, surroundings } from './lib/programs.js';
import { HOUR_MS, type Plot, type Scene, onFixture, onNenjo, openScene } from './lib/scene.js';
import { withNewerNode } from './lib/suites.js';

const MOST_MS = 30_000;

type Arguments = Readonly<Record<string, string>>;

/** A program of others, as its user has it. */
interface Driven {
  /** The text of a tool's result. @throws Error with what the program said, where there is none */
  call(tool: string, args?: Arguments): Promise<string>;
  /** Has it ask its user anew, where it does not by itself when a tool is locked. */
  signInAgain?(): Promise<void>;
  close?(): Promise<void>;
}
type Drive = (node: string, scene: Scene) => Promise<Driven>;

/** A new process for each call. */
const inspector: Drive = async (node, { url, browser, home }) => {
  const flags = ['--cli', url, '--transport', 'http', '--callback-url', `http://127.0.0.1:${await freePort()}/oauth/callback`];
  const env = surroundings(home, { ...browser.environment, MCP_AUTO_OPEN_ENABLED: 'true', MCP_INSPECTOR_SECRET_STORE: 'file' });
  const run = async (...more: string[]) => {
    const { code, stdout, all } = await say(node, [program('mcp-inspector'), ...flags, ...more], env);
    if (code !== 0) throw new Error(all);
    return JSON.parse(stdout);
  };
  return {
    async call(tool, args = {}) {
      return (await run('--method', 'tools/call', '--tool-name', tool, '--tool-args-json', JSON.stringify(args))).content[0].text;
    },
    async signInAgain() {
      await run('--relogin', '--no-revoke', '--method', 'tools/list');
    },
  };
};

/** A new process for each call, with a port that stays: where it changes, mcporter forgets what it was given. */
const mcporter: Drive = async (node, { url, browser, home }) => {
  const config = join(home, 'mcporter.json');
  const server = { url, auth: 'oauth', oauthRedirectUrl: `http://127.0.0.1:${await freePort()}/callback` };
  writeFileSync(config, JSON.stringify({ mcpServers: { here: server }, imports: [] }));
  const run = async (...what: string[]) => {
    const { code, stdout, all } = await say(node, [program('mcporter'), '--config', config, ...what], surroundings(home, browser.environment));
    if (code !== 0) throw new Error(all);
    return stdout;
  };
  return {
    call: (tool, args = {}) => run('call', '--server', 'here', '--tool', tool, '--args', JSON.stringify(args), '--output', 'raw'),
    async signInAgain() {
      await run('auth', 'here', '--reset');
    },
  };
};

/** One process, which a client speaks to over pipes. */
const mcpRemote: Drive = async (node, { url, browser, home }) => {
  const client = new Client({ name: 'test', version: '1.0.0' });
  const args = [program('mcp-remote'), url, String(await freePort()), '--transport', 'http-only'];
  const transport = new StdioClientTransport({ command: node, args, env: surroundings(home, browser.environment), stderr: 'ignore' });
  await client.connect(transport, { timeout: MOST_MS }).catch(async (error: unknown) => {
    await client.close();
    throw error;
  });
  return {
    async call(name, given = {}) {
      const { content } = await client.callTool({ name, arguments: given });
      return (content as { text: string }[])[0]?.text ?? '';
    },
    close: () => client.close(),
  };
};

async function playing({ platform, scope }: Plot, node: string, drive: Drive, play: (scene: Scene, driven: Driven) => Promise<void>): Promise<void> {
  const scene = await openScene(platform);
  let driven: Driven | undefined;
  try {
    scene.browser.without.push(scope);
    driven = await drive(node, scene);
    await play(scene, driven);
  } catch (error) {
    // A program whose browser came to nothing waits, and says no more than that.
    throw scene.browser.problems.length === 0 ? error : new Error(scene.browser.problems.join('\n'), { cause: error });
  } finally {
    await driven?.close?.();
    await scene.close();
  }
}

const programs: readonly (readonly [string, Drive])[] = [
  ['the command line of the MCP Inspector', inspector],
  ['mcporter', mcporter],
  ['mcp-remote', mcpRemote],
];
const SECONDS_60 = { timeout: 60_000 };

withNewerNode('let in by a person at a browser, refreshed, let do more, and shut out again:', '24', (node) => {
  it.concurrent.each(programs)('%s, on Nenjo', SECONDS_60, (_name, drive) =>
    playing(onNenjo, node, drive, async ({ app, browser, takeBack }, { call, signInAgain }) => {
      const { read, write, named } = onNenjo;
      expect(await call(read)).not.toContain('Atlas');
      expect(browser.opened).toMatchObject([{ arrived: 200 }]);
      app.clock.advance(HOUR_MS);
      expect(await call(read)).not.toContain('Atlas');
      expect(browser.opened).toHaveLength(1);
      // Some refresh what they have where they should ask for more, and give up (modelcontextprotocol/typescript-sdk#2255).
      if (signInAgain !== undefined) await expect(call(write, named)).rejects.toThrow(/403|AUTHORIZED without/);
      expect(browser.opened).toHaveLength(1);
      browser.without.length = 0;
      await signInAgain?.();
      expect(await call(write, named)).toContain('Atlas');
      expect(browser.opened).toHaveLength(2);
      expect(await call(read)).toContain('Atlas');
      expect(await takeBack()).toBe(2);
      expect(await call(read)).toContain('Atlas');
      expect(browser.opened).toHaveLength(3);
    }),
  );

  it.concurrent.each(programs)('%s, on a fixture platform', SECONDS_60, (_name, drive) =>
    playing(onFixture, node, drive, async ({ app, browser }, { call }) => {
      await call(onFixture.read);
      app.clock.advance(HOUR_MS);
      await call(onFixture.read);
      expect(browser.opened).toMatchObject([{ arrived: 200 }]);
    }),
  );
});
