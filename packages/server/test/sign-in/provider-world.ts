import type { Platform } from 'gatehouse';
import { expect } from 'vitest';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';
import { openWithin } from '../../src/app.js';
import type { Browser, Seen } from './browser.js';
import { CLIENT, StandIn } from './stand-in.js';

export const COOKIE = 'gatehouse_sign_in';

const SETTINGS = {
  GATEHOUSE_OIDC_CLIENT_ID: CLIENT.clientId,
  GATEHOUSE_OIDC_CLIENT_SECRET: CLIENT.clientSecret,
  GATEHOUSE_OIDC_NAME: 'Example',
  GATEHOUSE_GITHUB_CLIENT_ID: 'hub',
  GATEHOUSE_GITHUB_CLIENT_SECRET: 'a secret of the hub',
  GATEHOUSE_GOOGLE_CLIENT_ID: CLIENT.clientId,
  GATEHOUSE_GOOGLE_CLIENT_SECRET: CLIENT.clientSecret,
};

/** An app whose people sign in with stand-ins: one for the provider of its own and GitHub, one for Google. */
export class ProviderWorld {
  readonly standIn: StandIn;
  readonly google: StandIn;
  app!: TestApp;
  people = 0;

  private constructor(standIn: StandIn, google: StandIn) {
    this.standIn = standIn;
    this.google = google;
  }

  static async open(): Promise<ProviderWorld> {
    const world = new ProviderWorld(await StandIn.start(), await StandIn.start());
    world.app = await world.openAnother();
    return world;
  }

  openAnother(platform: Platform = fixturePlatform, more: { readonly patienceMs?: number } = {}): Promise<TestApp> {
    const { url } = this.standIn;
    const places = { google: this.google.url, github: { site: url, api: `${url}/api` } };
    const environment = { GATEHOUSE_OIDC_ISSUER: url, ...SETTINGS };
    return openApp(platform, { database: 'sqlite', environment, open: (options) => openWithin(options, { outside: { places, ...more } }) });
  }

  /** Somebody else, who can be asked, and is within no limit of before. */
  renew(): void {
    this.people += 1;
    for (const each of [this.standIn, this.google]) each.misdeeds = {};
    this.standIn.person = { sub: `p-${this.people}`, email: `p-${this.people}@example.com`, email_verified: true };
    this.app.clock.advance(3_600_000);
  }

  /** To the provider: where it is to lead back to, with what. */
  async setOut(browser: Browser, provider = 'oidc', fields: Record<string, string> = {}) {
    const seen = await browser.post(`/sign-in/with/${provider}`, fields);
    const url = new URL(seen.leadsTo ?? 'http://none.invalid');
    return { seen, url, back: (provider === 'google' ? this.google : this.standIn).authorize(url.href) };
  }

  /** There and back. */
  async through(browser: Browser, provider = 'oidc'): Promise<Seen> {
    const { back } = await this.setOut(browser, provider);
    return browser.get(`${back.to}?${back.fields}`);
  }

  async close(): Promise<void> {
    await this.app.close();
    await Promise.all([this.standIn.close(), this.google.close()]);
  }
}

/** A page; nobody is signed in, and the attempt is over. */
export function expectRefused(seen: Seen, status: number, browser: Browser): void {
  expect([seen.status, seen.headers.get('content-type'), browser.session]).toEqual([status, 'text/html; charset=utf-8', undefined]);
  expect(browser.cookies.has(COOKIE)).toBe(false);
}
