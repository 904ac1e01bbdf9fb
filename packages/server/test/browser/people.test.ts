import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestBrowser, openBrowser } from '../../../../test/support/browser.js';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';
import { auditPage, focused } from '../../../../test/support/page-audit.mjs';
import { showPagesIn } from '../../../../test/support/show-pages.js';
import { type Agent, openAgent } from './agent.js';

let chromium: TestBrowser;
let app: TestApp;
let agent: Agent;
const opened: { close(): Promise<void> }[] = [];
const open = async <T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T> => {
  const it = await opening;
  opened.unshift(it);
  return it;
};
beforeAll(async () => {
  chromium = await open(openBrowser());
  app = await open(openApp(fixturePlatform));
  agent = await open(openAgent(app, 'Test Agent'));
}, 60_000);
afterAll(async () => {
  for (const it of opened) await it.close();
});

describe('every page, without scripts', () => {
  test('can be read, reached and named at 360 px and at 1280 px, light and dark', async () => {
    const found: Record<string, readonly string[]> = {};
    await showPagesIn(chromium.browser, { widths: [360, 1280], schemes: ['light', 'dark'] }, async (page, { name, width, scheme }) => {
      const findings = await page.evaluate(auditPage);
      if (findings.length > 0) found[`${name}, ${width} px, ${scheme}`] = findings;
    });
    expect(found).toEqual({});
  });

  test('is judged by an audit that sees what is wrong', async () => {
    const page = await chromium.browser.newPage({ viewport: { width: 360, height: 640 } });
    await page.setContent(
      '<p style="color:#999;background:#fff;width:500px">faint</p><input type="email" style="color:#000"><button style="padding:0;border-color:#eee;background:#fff"></button>',
    );
    const findings = (await page.evaluate(auditPage)).join('\n');
    await page.close();
    for (const fault of [
      'it is 508 wide',
      'the text of <p> "faint" stands out by 2.85',
      'the edge of <button>',
      'has no label',
      'has no name',
      'beyond the edge',
    ]) {
      expect(findings).toContain(fault);
    }
  });

  test('shows the keyboard where it is, in the order of the page', async () => {
    const seen: (object | null)[] = [];
    await showPagesIn(chromium.browser, { widths: [360], schemes: ['light'], only: 'consent-loopback' }, async (page) => {
      for (let i = 0; i < 8; i += 1) {
        await page.keyboard.press('Tab');
        seen.push(await page.evaluate(focused));
      }
    });
    const order = ['tenant-0', 'scope-0', 'scope-1', 'scope-2', 'scope-3', 'deny', 'allow', 'Use another account'];
    expect(seen).toEqual(order.map((what) => ({ what, visible: true })));
  });
});

describe('a person in a browser without scripts', () => {
  test('signs in by the printed link, lets an agent in for less than it asked, and takes it back: its next call is refused', async () => {
    const { page, context } = await visit();
    await page.goto(await agent.begin('things:read things:write'));
    expect(await heading(page)).toBe('Sign in to fixture');
    await signIn(page, 'ann@example.com');

    await page.waitForURL(/\/oauth\/consent\//);
    expect(await heading(page)).toBe('Allow Test Agent to use fixture?');
    expect(await page.getByText('Nobody has checked it').isVisible()).toBe(true);
    expect(await page.getByText('Any program on this computer could be asking').isVisible()).toBe(true);
    await page.getByLabel('Read and change things').uncheck();
    await allow(page);

    const token = await agent.redeem();
    expect(await toolsOf(token)).toEqual({ open: ['things_get', 'things_list'], locked: ['things_create', 'things_delete'] });
    expect((await call(token, 'things_create', { name: 'a' })).status).toBe(403);
    expect((await call(token, 'things_list', {})).status).toBe(200);

    await page.goto(`${app.url}/account`);
    const connected = page.getByRole('region', { name: 'Connected apps' });
    expect(await connected.getByRole('listitem').allInnerTexts()).toEqual([expect.stringContaining('Test Agent'), 'Read things']);
    await judge(page);
    await page.getByRole('button', { name: 'Disconnect Test Agent' }).click();
    expect(await page.getByRole('status').innerText()).toMatch(/^The app is disconnected/);
    expect((await call(token, 'things_list', {})).status).toBe(401);
    await context.close();
  });

  test('who signed out is asked to sign in; whoever signs in next inherits nothing', async () => {
    const { page, context } = await visit();
    await page.goto(`${app.url}/account`);
    await signIn(page, 'cleo@example.com');
    await page.waitForURL(`${app.url}/account`);
    await page.goto(await agent.begin('things:read'));
    await allow(page);
    const token = await agent.redeem();

    await page.goto(await agent.begin('things:read'));
    expect(await page.getByText('allowed before').count()).toBe(1);
    await page.getByRole('link', { name: 'Use another account' }).click();
    expect(await heading(page)).toBe('Sign in to fixture');
    await page.goto(`${app.url}/account`);
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.goto(await agent.begin('things:read'));
    expect(await heading(page)).toBe('Sign in to fixture');

    await signIn(page, 'dora@example.com');
    await page.waitForURL(/\/oauth\/consent\//);
    expect(await page.getByText('You are signed in as dora@example.com').isVisible()).toBe(true);
    expect(await page.getByText('allowed before').count()).toBe(0);
    await page.getByLabel('Read things').press('Enter');
    await page.getByText('You can close this window').waitFor();
    expect(Object.fromEntries(agent.answer())).toMatchObject({ error: 'access_denied' });
    expect((await call(token, 'things_list', {})).status, 'what another person allowed goes on').toBe(200);
    await context.close();
  });
});

test('what went wrong is told on a page: what happened, what to do, and the request', async () => {
  const { page, context } = await visit();
  const told: (string | null)[] = [];
  for (const path of ['/sign-in/link?token=x', '/oauth/authorize?client_id=nobody&response_type=code', '/oauth/consent/x', '/sign-in/with/nobody']) {
    const response = await page.goto(app.url + path);
    await judge(page);
    expect(response?.status(), path).toBeGreaterThanOrEqual(400);
    expect(await page.getByText('name the request').innerText()).toContain(response?.headers()['x-request-id']);
    told.push(await heading(page));
  }
  expect(told).toEqual(['This link does not work any more', 'This program is not known here', 'This request is over', 'There is no such page']);
  await context.close();
});

async function visit(): Promise<{ readonly page: Page; readonly context: BrowserContext }> {
  const context = await chromium.browser.newContext({ javaScriptEnabled: false, viewport: { width: 360, height: 740 } });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  return { page, context };
}

const heading = (page: Page): Promise<string> => page.getByRole('heading', { level: 1 }).innerText();

/** Nothing on the page as it is now that somebody could not read, reach or name. */
async function judge(page: Page): Promise<void> {
  expect(await page.evaluate(auditPage), page.url()).toEqual([]);
}

/** From the sign-in page, by the link that the server prints, to where the person was going. */
async function signIn(page: Page, email: string): Promise<void> {
  await judge(page);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('button', { name: 'Send me a link' }).click();
  expect(await heading(page)).toBe('Look at the terminal');
  await judge(page);
  await page.goto(
    app
      .printed()
      .match(/http\S+/g)
      ?.at(-1) ?? 'nothing was printed',
  );
  expect(await page.getByText(`You sign in as ${email}`).isVisible()).toBe(true);
  await judge(page);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function allow(page: Page): Promise<void> {
  await judge(page);
  await page.getByRole('button', { name: 'Allow', exact: true }).click();
  await page.getByText('You can close this window').waitFor();
}

const call = (token: string, name: string, args: object) => app.rpc(token, 'tools/call', { name, arguments: args });

async function toolsOf(token: string): Promise<{ readonly open: readonly string[]; readonly locked: readonly string[] }> {
  const tools: readonly { readonly name: string; readonly _meta?: Readonly<Record<string, unknown>> }[] = (await app.rpc(token, 'tools/list')).body.result
    .tools;
  const isLocked = ({ _meta }: (typeof tools)[number]) => _meta?.['gatehouse/locked'] !== undefined;
  const names = (locked: boolean) =>
    tools.filter((tool) => isLocked(tool) === locked && /^things_(get|list|create|delete)$/.test(tool.name)).map(({ name }) => name);
  return { open: names(false), locked: names(true) };
}
