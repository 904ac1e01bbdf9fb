import { createHash, randomBytes } from 'node:crypto';
import { Refusal } from 'gatehouse';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type Answer, type TestApp, openApp } from '../../../../test/support/open-app.js';

export const CALLBACK = 'http://127.0.0.1:33418/callback';

/** A browser: it keeps cookies by their path, and follows no redirect by itself. */
export class Browser {
  readonly #app: TestApp;
  readonly #origin: string;
  readonly #cookies = new Map<string, { readonly path: string; readonly value: string }>();

  /** @param origin that of our own pages */
  constructor(app: TestApp, origin = app.url) {
    this.#app = app;
    this.#origin = origin;
  }

  /** A session of this user, made if unknown, in the tenant or the own space. */
  async signIn(email = 'ann@example.com'): Promise<{ readonly user: string; readonly tenant: string }> {
    const { users, sessions, sessionCookie } = this.#app.gatehouse;
    const user = await users.findOrCreate(email);
    if (user instanceof Refusal) throw user;
    const { token } = await sessions.mint({ tenant: user.homeTenant, user: user.id, createdBy: 'test', userAgent: 'a test' });
    this.#cookies.set(sessionCookie.name, { path: '/', value: token });
    return { user: user.id, tenant: user.homeTenant };
  }

  /** The same, as it is now: what it is answered the first one never sees. */
  copy(): Browser {
    const copy = new Browser(this.#app, this.#origin);
    for (const [name, cookie] of this.#cookies) copy.#cookies.set(name, cookie);
    return copy;
  }

  signOut(): void {
    this.#cookies.delete(this.#app.gatehouse.sessionCookie.name);
  }

  get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Page> {
    return this.#ask(url, { headers });
  }

  post(url: string, form: URLSearchParams, headers: Readonly<Record<string, string>> = {}): Promise<Page> {
    return this.#ask(url, { method: 'POST', body: form, headers: { origin: this.#origin, ...headers } });
  }

  async #ask(
    url: string,
    options: { readonly method?: string; readonly body?: URLSearchParams; readonly headers?: Readonly<Record<string, string>> },
  ): Promise<Page> {
    const at = new URL(url, this.#app.url);
    const cookie = [...this.#cookies].filter(([, { path }]) => at.pathname.startsWith(path)).map(([name, { value }]) => `${name}=${value}`);
    const response = await fetch(at, {
      ...options,
      redirect: 'manual',
      headers: { ...(cookie.length === 0 ? {} : { cookie: cookie.join('; ') }), ...options.headers },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = '', path = '/'] = /^([^=]+)=([^;]*).*?Path=([^;]+)/i.exec(line) ?? [];
      if (/Max-Age=0/.test(line)) this.#cookies.delete(name);
      else this.#cookies.set(name, { path, value });
    }
    return { status: response.status, headers: response.headers, location: response.headers.get('location'), text: await response.text() };
  }
}

export interface Page {
  readonly status: number;
  readonly headers: Headers;
  readonly location: string | null;
  readonly text: string;
}

export interface Attempt {
  readonly verifier: string;
  /** Path and query of the request for authorization. */
  readonly url: string;
}

/** Parameters of a request for authorization. undefined leaves one out. */
export type Query = Readonly<Record<string, string | undefined>>;

/** What a program asks for: by default with PKCE, and nothing else. */
export function attempt(client: string, parameters: Query = {}): Attempt {
  const verifier = randomBytes(32).toString('base64url');
  const asked = {
    response_type: 'code',
    client_id: client,
    redirect_uri: CALLBACK,
    state: 'as it was',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...parameters,
  };
  const query = new URLSearchParams(Object.entries(asked).filter((entry): entry is [string, string] => entry[1] !== undefined));
  return { verifier, url: `/oauth/authorize?${query}` };
}

export async function register(app: TestApp, metadata: object = {}): Promise<Answer> {
  return app.call('POST', '/oauth/register', { body: { client_name: 'A program', redirect_uris: [CALLBACK], ...metadata } });
}

/** The id of a program that has just registered. */
export async function newClient(app: TestApp, metadata: object = {}): Promise<string> {
  return (await register(app, metadata)).body.client_id;
}

/** A server, a program that has registered, and a browser in which somebody is signed in. */
export async function openProgram(): Promise<{ readonly app: TestApp; readonly client: string; readonly browser: Browser }> {
  const app = await openApp(fixturePlatform);
  const client = await newClient(app);
  const browser = new Browser(app);
  await browser.signIn();
  return { app, client, browser };
}

/** What a redirect tells the program. */
export function toldBy({ location }: Page, app: TestApp): URLSearchParams {
  return new URL(location ?? '', app.url).searchParams;
}

/** Up to the consent page. */
export async function askFor(browser: Browser, url: string): Promise<{ readonly page: Page; readonly at: string }> {
  const { location } = await browser.get(url);
  if (location?.startsWith('/oauth/consent/') !== true) throw new Error(`no consent page, but ${location}`);
  return { page: await browser.get(location), at: location };
}

/** What the consent page shows as checked, and where its form goes. */
export function formOf({ text }: Page): { readonly action: string; readonly scopes: readonly string[]; readonly tenants: readonly string[] } {
  const all = (pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, found = '']) => found.replaceAll('&amp;', '&'));
  return { action: all(/<form[^>]* action="([^"]+)"/g)[0] ?? '', scopes: all(/name="scope" value="([^"]+)"/g), tenants: all(/name="tenant" value="([^"]+)"/g) };
}

export interface Choice {
  readonly scopes?: readonly string[];
  readonly tenant?: string;
  readonly decision?: 'allow' | 'deny';
}

/** Sends the form of a consent page. */
export function decide(browser: Browser, page: Page, { scopes, tenant, decision = 'allow' }: Choice = {}): Promise<Page> {
  const form = formOf(page);
  const fields = new URLSearchParams({ tenant: tenant ?? form.tenants[0] ?? '', decision });
  for (const scope of scopes ?? form.scopes) fields.append('scope', scope);
  return browser.post(form.action, fields);
}

/** Goes through with it, as a person who allows all that is asked for, and answers what the program is sent. */
export async function allow(browser: Browser, url: string, choice: Choice = {}): Promise<URLSearchParams> {
  const { page } = await askFor(browser, url);
  const { location, status, text } = await decide(browser, page, choice);
  if (location === null) throw new Error(`not sent back: ${status} ${text.slice(0, 2000)}`);
  return new URL(location).searchParams;
}

/** A code that was just given, and what it was asked for with. */
export async function coded(browser: Browser, client: string, query?: Query, choice?: Choice): Promise<{ readonly asked: Attempt; readonly code: string }> {
  const asked = attempt(client, query);
  return { asked, code: (await allow(browser, asked.url, choice)).get('code') ?? '' };
}

/** A form to an endpoint of OAuth. */
export async function send(
  app: TestApp,
  path: string,
  form: Readonly<Record<string, string>> | URLSearchParams,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const body = new URLSearchParams(form).toString();
  return app.call('POST', path, { body, headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } });
}

export function redeem(app: TestApp, client: string, code: string, { verifier }: Attempt, more: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return send(app, '/oauth/token', { grant_type: 'authorization_code', client_id: client, code, redirect_uri: CALLBACK, code_verifier: verifier, ...more });
}

export function refresh(app: TestApp, client: string, token: string, more: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return send(app, '/oauth/token', { grant_type: 'refresh_token', client_id: client, refresh_token: token, ...more });
}

export interface Connected {
  readonly client: string;
  readonly browser: Browser;
  readonly access: string;
  readonly refresh: string;
  readonly scope: string;
}

/** A program that a person has just let in: registered, authorized, consented, redeemed. */
export async function connect(
  app: TestApp,
  {
    browser = new Browser(app),
    client,
    email,
    ask = {},
    choice = {},
  }: { browser?: Browser; client?: string; email?: string; ask?: Query; choice?: Choice } = {},
): Promise<Connected> {
  await browser.signIn(email);
  const id = client ?? (await newClient(app));
  const { asked, code } = await coded(browser, id, ask, choice);
  const { body } = await redeem(app, id, code, asked, ask.redirect_uri === undefined ? {} : { redirect_uri: ask.redirect_uri });
  return { client: id, browser, access: body.access_token, refresh: body.refresh_token, scope: body.scope };
}

/** A call with an access token: 200 where it is good. */
export async function works(app: TestApp, access: string): Promise<boolean> {
  const { status } = await app.call('GET', '/api/v1/things', { token: access });
  return status === 200;
}
