import { type Html, html, linkTo } from './html.js';
import type { Content } from './page.js';
import { brand, error } from './parts.js';
import type { ConsentView } from './views.js';

/** A program asks for access. Cancel comes first, so that the Enter key allows nothing. */
export function consentPage({ platform, action, client, person, otherPerson, tenants, scopes, days, wrong }: ConsentView): Content {
  return {
    title: `Allow ${client.name} to use ${platform}?`,
    body: html`${brand(platform)}
<form class="card" method="post" action="${action}">
<h1>Allow <bdi>${client.name}</bdi> to use <bdi>${platform}</bdi>?</h1>
${wrong !== undefined && error(wrong)}
${who(client)}
${space(tenants)}
<fieldset${wrong !== undefined && html` aria-describedby="wrong"`}>
<legend>What may it do?</legend>
${scopes.map(
  (
    { scope, text, checked, before },
    i,
  ) => html`<div class="choice"><input type="checkbox" id="scope-${i}" name="scope" value="${scope}"${checked && html` checked`}>
<label for="scope-${i}">${text}${before && html` <span class="tag">allowed before</span>`}</label></div>`,
)}
</fieldset>
<p>It keeps this access until you take it back on <a href="/account">your account page</a>, or until it has not used it for ${days} days.</p>
<div class="buttons pair">
<button name="decision" value="deny">Cancel</button>
<button class="strong" name="decision" value="allow">Allow</button>
</div>
<p class="quiet">You are signed in as <bdi>${person}</bdi>. <a href="${otherPerson}">Use another account</a></p>
</form>`,
  };
}

function who({ name, host, uri, verified, loopbackOnly }: ConsentView['client']): Html {
  const home = linkTo(uri);
  return html`<p>The answer goes to <b><bdi>${host}</bdi></b>.${home !== null && html` <a href="${home}" rel="noreferrer nofollow" target="_blank">About this program</a>`}</p>
${
  (!verified || loopbackOnly) &&
  html`<div class="note warn">
${!verified && html`<p>“<bdi>${name}</bdi>” is what this program calls itself. Nobody has checked that.</p>`}
${loopbackOnly && html`<p>The answer goes to a program on this computer. Any program here could be asking.</p>`}
<p>Allow it only if you have just started this yourself.</p>
</div>`
}`;
}

function space(tenants: ConsentView['tenants']): Html {
  const [only] = tenants;
  if (only !== undefined && tenants.length === 1) {
    return html`<p>It reaches one space: <b><bdi>${only.name}</bdi></b>.</p><input type="hidden" name="tenant" value="${only.id}">`;
  }
  return html`<fieldset>
<legend>In which space?</legend>
${tenants.map(
  ({ id, name, checked }, i) => html`<div class="choice"><input type="radio" id="tenant-${i}" name="tenant" value="${id}" required${checked && html` checked`}>
<label for="tenant-${i}"><bdi>${name}</bdi></label></div>`,
)}
</fieldset>`;
}
