import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestBrowser, openBrowser } from '../../../../test/support/browser.js';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';
import { auditPage, enlarge, focused } from '../../../../test/support/page-audit.mjs';
import { type Judge, openJudge } from '../../../../test/support/page-judge.js';
import { showPagesIn } from '../../../../test/support/show-pages.js';
import { type Agent, openAgent } from './agent.js';

let chromium: TestBrowser;
let judging: Judge;
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
  judging = await open(openJudge(chromium.browser));
  app = await open(openApp(fixturePlatform));
  agent = await open(openAgent(app, 'Test Agent'));
}, 60_000);
afterAll(async () => {
  for (const it of opened) await it.close();
});

describe('every page, without scripts', () => {
  const WIDE = { width: 1280, scheme: 'dark' } as const;
  const NARROW = { width: 360, scheme: 'light' } as const;

  test('can be read, heard, reached and named: wide and dark, narrow and light, and narrow with letters twice as large', { timeout: 60_000 }, async () => {
    const found: Record<string, readonly string[]> = {};
    await showPagesIn(chromium.browser, { looks: [WIDE, NARROW] }, async (page, { name, width }) => {
      const findings = [...(await page.evaluate(auditPage))];
      if (width === NARROW.width) {
        findings.push(...(await judging.faultsOf(page)));
        await page.evaluate(enlarge, true);
        findings.push(...(await page.evaluate(auditPage)));
        await page.evaluate(enlarge, false);
      }
      if (findings.length > 0) found[`${name}, ${width} px`] = findings;
    });
    expect(found).toEqual({});
  });

  test('is judged by what sees what is wrong', async () => {
    const page = await chromium.browser.newPage({ viewport: { width: 360, height: 640 } });
    await page.setContent(
      `<p style="color:#777;background:#fff;width:500px">faint</p><input type="email" style="color:#000">
       <button style="padding:0;border-color:#eee;background:#fff;width:9px;overflow-wrap:anywhere">Allow</button><button></button>`,
    );
    const findings = [...(await page.evaluate(auditPage)), ...(await judging.faultsOf(page))].join('\n');
    await page.close();
    for (const fault of ['it is 508 wide', 'the edge of <button>', 'beyond the edge', '"Allow" is broken', 'contrast of 4.47', 'label: Form', 'button-name']) {
      expect(findings).toContain(fault);
    }
    for (const fault of ['html-has-lang', 'document-title', 'page-has-heading-one', 'region', 'target-size']) expect(findings).toContain(fault);
  });

  test.each([
    ['sign-in-wrong', ['Send me a link', 'Continue with GitHub', 'Continue with Google']],
    ['consent-loopback', ['tenant-0', 'scope-0', 'scope-1', 'scope-2', 'scope-3', 'deny', 'allow', 'Use another account']],
    ['account-spaces', ['Sign out', 'Switch to ann@example.com', 'Leave this space', 'Join The Example Company of Long Names and Longer Patience']],
  ])('shows the keyboard where it is, in the order of the page: %s', async (only, order) => {
    const seen: (object | null)[] = [];
    await showPagesIn(chromium.browser, { looks: [NARROW], only }, async (page) => {
      for (const _ of order) {
        await page.keyboard.press('Tab');
        seen.push(await page.evaluate(focused));
      }
    });
    expect(seen).toEqual(order.map((what) => ({ what, visible: true })));
  });
});

describe('a person in a browser without scripts', () => {
  test('signs in by the printed link, lets an agent in for less than it asked, then for more, and takes it back: its next call is refused', async () => {
    const { page, context } = await visit();
    await page.goto(await agent.begin('things:read things:write'));
    expect(await page.getByText('Test Agent asks for access. Sign in first.').isVisible()).toBe(true);
    await signIn(page, 'ann@example.com');

    await page.waitForURL(/\/oauth\/consent\//);
    expect(await heading(page)).toBe('Allow Test Agent to use fixture?');
    expect(await page.getByText('Nobody has checked it').isVisible()).toBe(true);
    expect(await page.getByText('Any program on this computer could be asking').isVisible()).toBe(true);
    await page.getByLabel('Read and change things').uncheck();
    await allow(page);
    const less = await agent.redeem();
    expect(await toolsOf(less)).toEqual({ open: ['things_get', 'things_list'], locked: ['things_create', 'things_delete'] });
    expect((await call(less, 'things_create', { name: 'a' })).status).toBe(403);
    expect((await call(less, 'things_list', {})).status).toBe(200);

    await page.goto(await agent.begin('things:read things:write'));
    expect(await page.getByLabel('Read things allowed before').isChecked()).toBe(true);
    expect(await page.getByText('allowed before').count()).toBe(1);
    await allow(page);
    const more = await agent.redeem();
    expect((await toolsOf(more)).locked).toEqual([]);
    expect((await call(more, 'things_create', { name: 'a' })).status).toBe(200);

    await page.goto(`${app.url}/account`);
    const connected = page.getByRole('region', { name: 'Connected apps' });
    expect(await connected.getByRole('listitem').allInnerTexts()).toEqual([expect.stringContaining('Test Agent'), 'Read things', 'Read and change things']);
    await judge(page);
    await page.getByRole('button', { name: 'Disconnect Test Agent' }).click();
    expect(await page.getByRole('status').innerText()).toMatch(/^The app is disconnected/);
    expect(await connected.innerText()).toContain('No app has access to your account.');
    for (const token of [less, more]) expect((await call(token, 'things_list', {})).status).toBe(401);
    await context.close();
  });

  test('who signed out is asked to sign in, on a page that was open as well; whoever signs in next inherits nothing', async () => {
    const { page, context } = await visit();
    await page.goto(`${app.url}/account`);
    await signIn(page, 'cleo@example.com');
    await page.waitForURL(`${app.url}/account`);
    await page.goto(await agent.begin('things:read'));
    await allow(page);
    const token = await agent.redeem();

    await page.goto(await agent.begin('things:read'));
    expect(await page.getByText('allowed before').count()).toBe(1);
    const tab = await context.newPage();
    await tab.goto(`${app.url}/account`);
    await tab.getByRole('button', { name: 'Sign out', exact: true }).click();
    expect(await heading(tab)).toBe('Sign in to fixture');
    await page.getByRole('button', { name: 'Allow', exact: true }).click();
    expect(await heading(page)).toBe('Sign in to fixture');
    await tab.goto(await agent.begin('things:read'));
    expect(await heading(tab)).toBe('Sign in to fixture');

    await signIn(tab, 'dora@example.com');
    await tab.waitForURL(/\/oauth\/consent\//);
    expect(await tab.getByText('You are signed in as dora@example.com').isVisible()).toBe(true);
    expect(await tab.getByText('allowed before').count()).toBe(0);
    await tab.getByLabel('Read things').press('Enter');
    await tab.getByText('You can close this window').waitFor();
    expect(Object.fromEntries(agent.answer())).toMatchObject({ error: 'access_denied' });
    expect((await call(token, 'things_list', {})).status, 'what another person allowed goes on').toBe(200);
    await context.close();
  });

  test('answers two programs in two tabs, is not led astray by going back, and brings the programs nothing of our pages', async () => {
    const other = await open(openAgent(app, 'Other Agent'));
    const { page, context } = await visit();
    await page.goto(await agent.begin('things:read'));
    await signIn(page, 'eve@example.com');
    const tab = await context.newPage();
    await tab.goto(await other.begin('things:write'));
    await page.waitForURL(/\/oauth\/consent\//);
    await allow(page);
    await allow(tab);
    expect([(await toolsOf(await agent.redeem())).open.length, (await toolsOf(await other.redeem())).open.length]).toEqual([2, 4]);
    await tab.goBack();
    expect(await heading(tab)).toBe('This request is over');
    expect([...agent.referers, ...other.referers]).toEqual([]);
    await context.close();
  });

  test('who opens a link in another browser is signed in there, and told where to go on', async () => {
    const here = await visit();
    await here.page.goto(await agent.begin('things:read'));
    await askForLink(here.page, 'fay@example.com');
    const there = await visit();
    await there.page.goto(printedLink());
    await there.page.getByRole('button', { name: 'Sign in' }).click();
    await there.page.waitForURL(/\/oauth\/consent\//);
    expect(await there.page.getByText('was begun in another browser').isVisible()).toBe(true);
    await there.page.goto(`${app.url}/account`);
    expect(await there.page.getByText('You are signed in as fay@example.com').isVisible()).toBe(true);
    await here.page.goto(printedLink());
    expect(await heading(here.page)).toBe('This link does not work any more');
    await Promise.all([here.context.close(), there.context.close()]);
  });

  test('sees no page of ours in a frame of somebody else', async () => {
    const { page, context } = await visit();
    await page.setContent(`<iframe src="${app.url}/sign-in" title="ours"></iframe>`);
    expect(await page.frameLocator('iframe').getByRole('heading', { name: 'Sign in to fixture' }).count()).toBe(0);
    expect(page.frames()[1]?.url()).toBe('chrome-error://chromewebdata/');
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

/** Nothing on the page as it is now that somebody could not read, hear, reach or name. */
async function judge(page: Page): Promise<void> {
  expect([...(await page.evaluate(auditPage)), ...(await judging.faultsOf(page))], page.url()).toEqual([]);
}

/** From the sign-in page, by the link that the server prints, to where the person was going. */
async function signIn(page: Page, email: string): Promise<void> {
  await judge(page);
  await askForLink(page, email);
  expect(await heading(page)).toBe('Look at the terminal');
  await judge(page);
  await page.goto(printedLink());
  expect(await page.getByText(`You sign in as ${email}`).isVisible()).toBe(true);
  await judge(page);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function askForLink(page: Page, email: string): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('E-mail address').press('Enter');
  await page.getByRole('heading', { name: 'Look at the terminal' }).waitFor();
}

function printedLink(): string {
  const link = app
    .printed()
    .match(/http\S+/g)
    ?.at(-1);
  if (link === undefined) throw new Error('Nothing was printed.');
  return link;
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
