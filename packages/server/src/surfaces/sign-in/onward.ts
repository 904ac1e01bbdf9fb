import type { HttpIn, HttpOut } from '../http.js';
import { html } from '../pages/html.js';
import { pageOut } from '../pages/page.js';

/**
 * On to another page, after a form. Not by a redirect: browsers hold each step of one to the `form-action` of the page that the form was
 * on (Content Security Policy 3, section 6.4.1), and where a provider or a waiting program leads from there nobody can know.
 */
export function onward(request: HttpIn, to: { readonly url: string; readonly title: string }, headers: Readonly<Record<string, string>>): HttpOut {
  const body = html`<div class="card">
<h1>${to.title}</h1>
<p>You are taken there at once. <a href="${to.url}">Go on</a> if nothing happens.</p>
</div>`;
  return pageOut(request, { title: to.title, body, headers: { refresh: `0;url=${to.url}`, ...headers } });
}
