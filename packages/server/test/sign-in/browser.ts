import type { TestApp } from '../../../../test/support/open-app.js';

export interface Seen {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Where it leads on to: by `Location` or `Refresh`. */
  readonly leadsTo: string | null;
}

/** What of a browser signing in needs: cookies, forms that name their origin, and no redirect that is followed unseen. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #url: string;
  readonly #origin: string;

  /** @param origin what its pages are of, where the app is behind another name */
  constructor({ url }: Pick<TestApp, 'url'>, origin: string = url) {
    this.#url = url;
    this.#origin = origin;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Seen> {
    return this.#send('GET', path, headers);
  }

  /** A form of a page of ours; `headers` may say otherwise. */
  post(path: string, fields: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Seen> {
    return this.#send('POST', path, { origin: this.#origin, ...headers }, new URLSearchParams(fields));
  }

  /** Whom the session's cookie signs in. */
  async email(): Promise<string | undefined> {
    const seen = await this.get('/api/v1/gatehouse/me');
    return seen.status === 200 ? JSON.parse(seen.text).email : undefined;
  }

  get session(): string | undefined {
    return this.cookies.get('gatehouse_session') ?? this.cookies.get('__Host-gatehouse_session');
  }

  async #send(method: string, path: string, headers: Record<string, string>, body?: URLSearchParams): Promise<Seen> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(new URL(path, this.#url), {
      method,
      redirect: 'manual',
      headers: { ...(cookie === '' ? {} : { cookie }), ...headers },
      ...(body === undefined ? {} : { body }),
    });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    const leadsTo = response.headers.get('location') ?? /^0;url=(.*)$/.exec(response.headers.get('refresh') ?? '')?.[1] ?? null;
    return { status: response.status, headers: response.headers, text: await response.text(), leadsTo };
  }

  #keep(line: string): void {
    const [pair = ''] = line.split(';');
    const name = pair.slice(0, pair.indexOf('='));
    if (/; Max-Age=0\b/.test(line)) this.cookies.delete(name);
    else this.cookies.set(name, pair.slice(name.length + 1));
  }
}

/** The newest link that was shown to whoever develops. */
export function printedLink({ printed }: Pick<TestApp, 'printed'>): string {
  const link = printed()
    .match(/http:\/\/\S+\/sign-in\/link\?token=\S+/g)
    ?.at(-1);
  if (link === undefined) throw new Error('No link was printed');
  return link;
}

export const tokenIn = (link: string): string => new URL(link).searchParams.get('token') ?? '';

/** Signs in by a link. */
export async function signInByLink(app: TestApp, browser: Browser, email: string): Promise<Seen> {
  await browser.post('/sign-in', { email });
  return browser.post('/sign-in/link', { token: tokenIn(printedLink(app)) });
}
