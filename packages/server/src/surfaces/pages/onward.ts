import type { HttpIn, HttpOut } from '../http.js';
import { html, linkTo } from './html.js';
import { type Content, pageOut } from './page.js';
import { brand } from './parts.js';
import type { OnwardView } from './views.js';

/** Where a browser is taken at once. Whoever has it go nowhere by itself sees this. */
export function onwardPage({ platform, title, url }: OnwardView): Content {
  const href = linkTo(url);
  return {
    title: `${title} – ${platform}`,
    body: html`${brand(platform)}
<div class="card">
<h1>${title}</h1>
<p>You are taken there at once.${href !== null && html` <a href="${href}">Go on</a> if nothing happens.`}</p>
</div>`,
  };
}

/**
 * On to another page, after a form. Not by a redirect: browsers hold each step of one to the `form-action` of the page that the form was
 * on (Content Security Policy 3, section 6.4.1), and where a provider or a program leads from there nobody can know.
 */
export function onwardOut(request: Pick<HttpIn, 'requestId'>, view: OnwardView, headers: Readonly<Record<string, string>>): HttpOut {
  return pageOut(request, { ...onwardPage(view), headers: { refresh: `0;url=${view.url}`, ...headers } });
}
