import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import type { Browser, Page } from 'playwright-core';
import { pageOut } from '../../packages/server/src/surfaces/pages/index.js';
import { openBrowser } from './browser.js';
import { pageSamples } from './page-samples.js';

export interface Look {
  readonly width: number;
  readonly scheme: 'light' | 'dark';
}

export interface Showing extends Look {
  readonly name: string;
}

export interface Shows {
  readonly looks: readonly Look[];
  /** One sample by its name. @default all */
  readonly only?: string;
}

/** Shows every sample in a browser of its own, in each look, with the headers that it is sent with. */
export async function showPages(shows: Shows, look: (page: Page, showing: Showing) => Promise<void>): Promise<void> {
  const { browser, close } = await openBrowser();
  try {
    await showPagesIn(browser, shows, look);
  } finally {
    await close();
  }
}

/** The same in a browser that is open. Scripts are off: no page needs them. */
export async function showPagesIn(browser: Browser, { looks, only }: Shows, look: (page: Page, showing: Showing) => Promise<void>): Promise<void> {
  const { url, end } = await serveSamples();
  try {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    for (const name of only === undefined ? Object.keys(pageSamples) : [only]) {
      await page.goto(`${url}/${name}`);
      for (const { width, scheme } of looks) {
        await page.emulateMedia({ colorScheme: scheme });
        await page.setViewportSize({ width, height: 800 });
        await look(page, { name, width, scheme });
      }
    }
    await context.close();
  } finally {
    await end();
  }
}

async function serveSamples(): Promise<{ readonly url: string; readonly end: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const content = pageSamples[String(request.url).slice(1)];
    if (content === undefined) return void response.writeHead(404).end();
    const { status, headers, body } = pageOut({ requestId: 'req_sample' }, content);
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    end: () => new Promise((ended) => void server.close(() => ended())),
  };
}
