import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestBrowser, openBrowser } from '../../../../test/support/browser.js';
import { auditPage, focused } from '../../../../test/support/page-audit.mjs';
import { pageSamples } from '../../../../test/support/page-samples.js';
import { showPagesIn } from '../../../../test/support/show-pages.js';

let chromium: TestBrowser;
beforeAll(async () => {
  chromium = await openBrowser();
}, 60_000);
afterAll(() => chromium.close());

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
    for (const fault of ['it is 508 wide', 'the text of <p> "faint" stands out by 2.85', 'the edge of <button>', 'has no label', 'has no name', 'beyond the edge']) {
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
    expect(Object.keys(pageSamples)).toContain('consent-loopback');
  });
});
