import { unexpected } from '../fault.js';
import { type Play, type Step, known } from '../play.js';
import type { Asking } from '../wire.js';

/** A client in a browser reads metadata, registers and asks for tokens as a page of another origin (Fetch Standard, section 3.2). */
export function crossOrigin(origin: string): Step {
  return {
    name: 'cross-origin',
    async run(play) {
      for (const asking of askings(play, origin)) {
        const answer = await play.wire.send(asking);
        const allowed = answer.headers['access-control-allow-origin'];
        const answered = asking.method === 'OPTIONS' ? answer.status >= 200 && answer.status < 300 : answer.status === 200;
        if (answered && (allowed === '*' || allowed === origin)) continue;
        return unexpected(
          `Access-Control-Allow-Origin for a page at ${origin}`,
          answer,
          `Start Gatehouse with --cors-origins ${origin}, or name every origin that clients run at in a browser: the page may not read ${new URL(asking.url).pathname}.`,
        );
      }
      return {};
    },
  };
}

function askings({ target, found }: Play, origin: string): readonly Asking[] {
  const { token, registration } = known(found, 'server');
  const preflight = (url: string): Asking => ({
    method: 'OPTIONS',
    url,
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
  });
  const read = (url: string): Asking => ({ url, headers: { origin } });
  const { pathname } = new URL(target.mcp);
  return [
    ...(found.resource === undefined ? [] : [read(`${target.origin}/.well-known/oauth-protected-resource${pathname}`)]),
    ...(registration === undefined ? [] : [preflight(registration)]),
    preflight(token),
  ];
}
