import { html } from './html.js';
import type { Content } from './page.js';
import { brand, error, field, programName } from './parts.js';
import type { LinkSentView, LinkView, SignInView } from './views.js';

/** Who are you? A link by e-mail, or a provider that knows. */
export function signInPage({ platform, action, next, forClient, invited = false, email, providers, wrong }: SignInView): Content {
  const onward = next !== null && html`<input type="hidden" name="next" value="${next}">`;
  const title = `Sign in to ${platform}`;
  return {
    title: wrong === undefined ? title : `Problem: ${title}`,
    body: html`${brand(platform)}
<div class="card">
<h1>${title}</h1>
${forClient !== null && html`<p><bdi>${programName(forClient)}</bdi> asks for access. Sign in first. Then you decide what it may do.</p>`}
${invited && html`<p>Sign in to see your invitation, with the e-mail address that it was sent to.</p>`}
${!email && wrong !== undefined && error(wrong)}
${
  email &&
  html`<form method="post" action="${action}">
${onward}
${field({ name: 'email', type: 'email', label: 'E-mail address', autocomplete: 'email', hint: 'We send you a link. It works once. There is no password.', wrong })}
<div class="buttons"><button class="strong">Send me a link</button></div>
</form>`
}
${email && providers.length > 0 && html`<p class="or"><span>or</span></p>`}
${providers.map(
  (provider) =>
    html`<form method="post" action="${provider.action}">${onward}<div class="buttons"><button>Continue with ${provider.label}</button></div></form>`,
)}
${!email && providers.length === 0 && html`<p>Nobody can sign in here yet: this server knows no provider and sends no e-mail. Its operator can set up either.</p>`}
</div>`,
  };
}

/** A link is on its way. */
export function linkSentPage({ platform, email, minutes, printed, ifKnown = false, again }: LinkSentView): Content {
  const title = printed ? 'Look at the terminal' : 'Check your e-mail';
  const address = html`<b><bdi>${email}</bdi></b>`;
  return {
    title: `${title} – ${platform}`,
    body: html`${brand(platform)}
<div class="card">
<h1>${title}</h1>
${printed && html`<p>This server sends no e-mail. It prints its links in its own terminal.</p>`}
<p>${ifKnown ? html`If ${address} belongs to an account here, a link is on its way to it.` : html`A link for ${address} is ${printed ? 'there' : 'on its way'}.`}</p>
<p>Open it in this browser. It works once, within ${minutes} minutes.</p>
<p class="quiet">${!printed && 'Nothing there? Look in your spam folder, or '}<a href="${again}">${printed ? 'Use another address' : 'ask for another link'}</a>${!printed && '.'}</p>
</div>`,
  };
}

/** Where the link leads: one button. */
export function linkPage({ platform, email, action, token, once }: LinkView): Content {
  const title = `Sign in to ${platform}`;
  return {
    title,
    body: html`${brand(platform)}
<div class="card">
<h1>${title}</h1>
<p>You sign in as <b><bdi>${email}</bdi></b>.</p>
<form method="post" action="${action}">
<input type="hidden" name="token" value="${token}">
<input type="hidden" name="once" value="${once}">
<div class="buttons"><button class="strong">Sign in</button></div>
</form>
<p class="quiet">You did not ask for this? Close this page. Nothing will happen.</p>
</div>`,
  };
}
