import { nenjo } from '@gatehouse/nenjo';
import { type Platform, Refusal } from 'gatehouse';
import { fixturePlatform } from '../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../test/support/open-app.js';
import { startBrowser } from './browser.mjs';
import { newHome } from './programs.js';

/** How long an access token lasts. */
export const HOUR_MS = 3_600_000;

/** A platform, a person who uses it, the browser that programs find, and a home where they keep what they learn. */
export interface Scene {
  readonly app: TestApp;
  /** The MCP endpoint. */
  readonly url: string;
  readonly browser: Awaited<ReturnType<typeof startBrowser>>;
  readonly home: string;
  /** `name=value` of a new session of the person. */
  cookie(): Promise<string>;
  /** The person takes back what was allowed. @returns how many grants that was */
  takeBack(): Promise<number>;
  close(): Promise<void>;
}

export async function openScene(platform: Platform): Promise<Scene> {
  const app = await openApp(platform);
  const { users, sessions, sessionCookie, grants } = app.gatehouse;
  const ann = await users.findOrCreate('ann@example.com');
  if (ann instanceof Refusal) throw ann;
  const cookie = async () => {
    const { token } = await sessions.mint({ tenant: ann.homeTenant, user: ann.id, createdBy: 'test', userAgent: 'a test' });
    return `${sessionCookie.name}=${token}`;
  };
  const browser = await startBrowser(cookie);
  const home = newHome();
  return {
    app,
    url: `${app.url}/mcp`,
    browser,
    home: home.path,
    cookie,
    async takeBack() {
      const given = await grants.list(ann.id);
      for (const { id } of given) await grants.revoke(ann.id, id);
      return given.length;
    },
    async close() {
      await browser.close();
      await app.close();
      home.remove();
    },
  };
}

/** What is told of on a platform: a tool that reads, one that writes, and the scope that writing takes. */
export interface Plot {
  readonly platform: Platform;
  readonly read: string;
  readonly write: string;
  readonly named: Readonly<Record<string, string>>;
  readonly scope: string;
}

export const onNenjo: Plot = { platform: nenjo, read: 'projects_list', write: 'projects_create', named: { name: 'Atlas' }, scope: 'projects:write' };
export const onFixture: Plot = { platform: fixturePlatform, read: 'things_list', write: 'things_create', named: { name: 'Atlas' }, scope: 'things:write' };
