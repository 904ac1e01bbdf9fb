import type { HttpIn, HttpOut } from '../http.js';
import { type Html, html } from './html.js';

export interface Page {
  readonly title: string;
  readonly body: Html;
  /** @default 200 */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Where, beside us, an answer to its form may lead: origins or schemes (Content Security Policy, `form-action`). */
  readonly formsLeadTo?: readonly string[];
  readonly log?: HttpOut['log'];
}

/** A whole page of our own. Without scripts, framed by nobody, kept by no cache. */
export function pageOut(request: Pick<HttpIn, 'requestId'>, { title, body, status = 200, headers = {}, formsLeadTo = [], log }: Page): HttpOut {
  const document = html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title></head>
<body><main>${body}</main></body>
</html>
`;
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action ${["'self'", ...formsLeadTo].join(' ')}`,
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
