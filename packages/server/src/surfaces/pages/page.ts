import type { HttpIn, HttpOut } from '../http.js';
import { type Html, html } from './html.js';
import { STYLE_SOURCE, styleTag } from './style.js';

/** What every page function makes of its view. */
export interface Content {
  readonly title: string;
  readonly body: Html;
}

export interface Page extends Content {
  /** What it is written in (BCP 47). @default 'en' */
  readonly language?: string;
  /** @default 200 */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Where, beside us, an answer to its form may lead: origins or schemes (Content Security Policy, `form-action`). */
  readonly formsLeadTo?: readonly string[];
  readonly log?: HttpOut['log'];
}

/** A whole page of our own. Without scripts, framed by nobody, kept by no cache. */
export function pageOut(
  request: Pick<HttpIn, 'requestId'>,
  { title, body, language = 'en', status = 200, headers = {}, formsLeadTo = [], log }: Page,
): HttpOut {
  const document = html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
${styleTag}
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy(formsLeadTo),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      // With no-referrer a browser sends `Origin: null` with our own forms.
      'referrer-policy': 'same-origin',
      'x-request-id': request.requestId,
      ...headers,
    },
    body: document.text,
    ...(log === undefined ? {} : { log }),
  };
}

/** Nothing but our own style, and forms that lead where they are known to lead. */
function policy(formsLeadTo: readonly string[]): string {
  const forms = ["'self'", ...formsLeadTo].filter((source) => /^[^\s;,]+$/.test(source));
  return `default-src 'none'; style-src ${STYLE_SOURCE}; base-uri 'none'; frame-ancestors 'none'; form-action ${forms.join(' ')}`;
}
