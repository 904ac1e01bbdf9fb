import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';

export interface Judge {
  /** What axe-core finds in a page as it stands, light, and in its colours when it is dark. Each is a sentence; none is good. */
  faultsOf(page: Page): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** What this file asks of axe-core, within the browser. */
interface Axe {
  getRules(): readonly { readonly ruleId: string }[];
  run(options: object): Promise<Record<'violations' | 'incomplete', readonly Outcome[]>>;
}
interface Outcome {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly any: readonly { readonly message: string }[] }[];
}
declare const axe: Axe;

/**
 * Every rule that axe-core has: WCAG 2.2 up to AAA, best practices, and those that it only tries. It looks at a copy of the page, beside it,
 * for it needs scripts, and our pages let none run.
 */
export async function openJudge(browser: Browser): Promise<Judge> {
  const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
  const copy = await context.newPage();
  await copy.evaluate(source);
  return {
    async faultsOf(page) {
      await copy.setContent(await page.content());
      const light = await copy.evaluate(askAxe, null);
      await copy.emulateMedia({ colorScheme: 'dark' });
      const dark = await copy.evaluate(askAxe, ['color-contrast-enhanced']);
      await copy.emulateMedia({ colorScheme: 'light' });
      return [...light, ...dark.map((fault) => `dark: ${fault}`)];
    },
    close: () => context.close(),
  };
}

/** Runs within the browser. What axe is not sure of counts as well. */
async function askAxe(only: readonly string[] | null): Promise<readonly string[]> {
  const rules = only ?? axe.getRules().map(({ ruleId }) => ruleId);
  const { violations, incomplete } = await axe.run({ runOnly: rules, resultTypes: ['violations', 'incomplete'] });
  return [...violations, ...incomplete].flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${help}: ${html.slice(0, 100)} ${any.map(({ message }) => message).join(' ')}`),
  );
}
