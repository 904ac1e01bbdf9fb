// A person at a browser, signed in: looks at what a program asks for, allows it, and is led back to the program.

const MOST_STEPS = 8;
const LISTENS_WITHIN_MS = 5000;

/**
 * @param {string} url what the program has the browser open
 * @param {string} cookie `name=value`, of a session
 * @param {{ without?: string[], deliver?: boolean }} [choice] scopes that are not allowed; whether the program is called with the answer
 * @returns {Promise<Consent>}
 *
 * @typedef {{ asked: URL, page: string, shown: string[], answer: URL, arrived: number | undefined }} Consent `shown`: the scopes on the page; `answer`: where
 *   the browser was led to in the end; `arrived`: the status of the program's own page
 */
export async function letIn(url, cookie, { without = [], deliver = true } = {}) {
  const asked = new URL(url);
  const browser = createBrowser(asked.origin, cookie);
  const page = await browser.open(asked);
  const form = formOf(page.text);
  if (form === undefined) throw new Error(`No page that asks for consent, but ${page.status} at ${page.at.pathname}: ${wordsOf(page.text)}`);
  const fields = new URLSearchParams({ tenant: form.tenant, decision: 'allow' });
  for (const scope of form.scopes.filter((name) => !without.includes(name))) fields.append('scope', scope);
  const { at: answer } = await browser.open(new URL(form.action, page.at), fields);
  if (answer.origin === asked.origin) throw new Error(`Not led back to the program, but to ${answer.pathname}`);
  return { asked, page: page.text, shown: form.scopes, answer, arrived: deliver ? await arriveAt(answer) : undefined };
}

/** Programs open the browser first and listen then: they count on people, who take longer to read. */
async function arriveAt(answer) {
  const until = Date.now() + LISTENS_WITHIN_MS;
  for (;;) {
    try {
      return (await fetch(answer)).status;
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Keeps cookies and follows what leads on, as far as our own origin goes. */
function createBrowser(origin, cookie) {
  const jar = new Map([cookie.split('=')]);
  return {
    async open(first, form) {
      let at = first;
      let sent = { method: form === undefined ? 'GET' : 'POST', ...(form === undefined ? {} : { body: form }) };
      for (let left = MOST_STEPS; left > 0; left -= 1) {
        const headers = {
          accept: 'text/html',
          'sec-fetch-dest': 'document',
          cookie: [...jar].map((pair) => pair.join('=')).join('; '),
          ...(form === undefined ? {} : { origin }),
        };
        const response = await fetch(at, { ...sent, redirect: 'manual', headers });
        const text = await response.text();
        for (const line of response.headers.getSetCookie()) keep(jar, line);
        const to = response.headers.get('location') ?? /^0;url=(.*)$/.exec(response.headers.get('refresh') ?? '')?.[1];
        if (to === undefined) return { status: response.status, at, text };
        at = new URL(to, at);
        sent = { method: 'GET' };
        if (at.origin !== origin) return { status: response.status, at, text };
      }
      throw new Error(`Led on and on, last to ${at.pathname}`);
    },
  };
}

function keep(jar, line) {
  const [name, value] = line.split(';')[0].split('=');
  if (/;\s*max-age=0/i.test(line)) jar.delete(name);
  else jar.set(name, value);
}

function formOf(text) {
  const all = (pattern) => [...text.matchAll(pattern)].map(([, found]) => found.replaceAll('&amp;', '&'));
  const [action] = all(/<form[^>]* action="(\/oauth\/consent\/[^"]+)"/g);
  if (action === undefined) return undefined;
  return { action, tenant: all(/name="tenant" value="([^"]+)"/g)[0], scopes: all(/name="scope" value="([^"]+)" checked/g) };
}

function wordsOf(text) {
  return text
    .replace(/<style[\s\S]*?<\/style>|<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300);
}
