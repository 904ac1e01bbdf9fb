import { redirectOf } from './fault.js';
import type { Answer, Wire } from './wire.js';

/** What a browser does for a person: it keeps cookies, and follows redirects within the origin that it is at. */
export interface Browser {
  open(url: string): Promise<Answer>;
  /** Sends a form of the page that was answered last. */
  submit(url: string, form: URLSearchParams): Promise<Answer>;
}

const MOST_REDIRECTS = 8;

/** Answers with the first page, or with the redirect that leaves the origin. `cookie`: of the person, `name=value`, sent to `home` alone. */
export function createBrowser(wire: Wire, home: string, cookie?: string): Browser {
  const jar = new Map<string, string>();
  if (cookie !== undefined) keep(jar, cookie);
  const headers = (url: string, more: Readonly<Record<string, string>>) => {
    const kept = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    return { accept: 'text/html,application/xhtml+xml', ...(kept === '' || new URL(url).origin !== home ? {} : { cookie: kept }), ...more };
  };
  const arrived = async (first: Answer): Promise<Answer> => {
    let answer = first;
    for (let left = MOST_REDIRECTS; left > 0; left -= 1) {
      for (const line of answer.headers['set-cookie'] ?? []) keep(jar, line.split(';')[0] ?? '');
      const to = redirectOf(answer);
      if (to === undefined || to.origin !== home) return answer;
      answer = await wire.send({ url: to.href, headers: headers(to.href, {}) });
    }
    return answer;
  };
  return {
    open: async (url) => arrived(await wire.send({ url, headers: URL.canParse(url) ? headers(url, {}) : {} })),
    submit: async (url, form) =>
      arrived(
        await wire.send({
          method: 'POST',
          url,
          headers: headers(url, { 'content-type': 'application/x-www-form-urlencoded', origin: home }),
          body: form.toString(),
        }),
      ),
  };
}

function keep(jar: Map<string, string>, pair: string): void {
  const at = pair.indexOf('=');
  if (at < 1) return;
  const [name, value] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
  if (value === '') jar.delete(name);
  else jar.set(name, value);
}
