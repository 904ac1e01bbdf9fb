import { html, linkTo } from './html.js';
import type { Content } from './page.js';
import { brand } from './parts.js';
import type { ProblemView } from './views.js';

/** What happened, and what to do about it. */
export function problemPage({ platform, title, text, next, link, requestId }: ProblemView): Content {
  const href = linkTo(link?.href ?? null);
  return {
    title: `${title} – ${platform}`,
    body: html`${brand(platform)}
<div class="card">
<h1>${title}</h1>
<p>${text}</p>
${next !== null && html`<p>${next}</p>`}
${link !== null && href !== null && html`<p><a href="${href}">${link.text}</a></p>`}
<p class="quiet">If you report this, name the request: <code>${requestId}</code></p>
</div>`,
  };
}
