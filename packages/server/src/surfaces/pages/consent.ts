import { type Html, html, linkTo } from './html.js';
import type { Content } from './page.js';
import { brand, error, programName, spaceName } from './parts.js';
import type { ConsentView } from './views.js';

/** A program asks for access. Cancel comes first, so that the Enter key allows nothing. */
export function consentPage({ platform, action, client: said, person, otherPerson, tenants, scopes, days, wrong }: ConsentView): Content {
  const client = { ...said, name: programName(said.name) };
  const title = `Allow ${client.name} to use ${platform}?`;
  return {
    title: wrong === undefined ? title : `Problem: ${title}`,
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
<p>Its access ends when you take it back on your account page, or after ${days} days without use.</p>
<div class="buttons pair">
<button name="decision" value="deny">Cancel</button>
<button class="strong" name="decision" value="allow">Allow</button>
</div>
<p class="quiet">You are signed in as <bdi>${person}</bdi>. <a href="${otherPerson}">Use another account</a></p>
</form>`,
  };
}

function who({ name, host, uri, verified, loopbackOnly }: ConsentView['client']): Html {
  // The page that a program names lends it credit: only where its name is more than its own word.
  const home = verified ? linkTo(uri) : null;
  return html`<p>Your answer goes to ${where(host, loopbackOnly)}.${
    home !== null &&
    html`<br>
<a href="${home}" rel="noreferrer nofollow" target="_blank">About this program</a>`
  }</p>
${
  (!verified || loopbackOnly) &&
  html`<div class="note warn">
${!verified && html`<p>“<bdi>${name}</bdi>” is the name that this program gives itself. Nobody has checked it.</p>`}
${loopbackOnly && html`<p>Any program on this computer could be asking.</p>`}
<p>Allow it only if you have just started this yourself.</p>
</div>`
}`;
}

function where(host: string, loopbackOnly: boolean): Html {
  if (loopbackOnly) return html`a program on this computer (<bdi>${host}</bdi>)`;
  return host.endsWith(':') ? html`the program that opens <b><bdi>${host}</bdi></b> links on this device` : html`<b><bdi>${host}</bdi></b>`;
}

/** More than these are chosen from a list that opens, so that what the program may do stays in sight. */
const SPACES_SHOWN = 6;

function space(tenants: ConsentView['tenants']): Html {
  const [only] = tenants;
  if (only !== undefined && tenants.length === 1) {
    return html`<p>It reaches one space: <b><bdi>${spaceName(only.name)}</bdi></b>.</p><input type="hidden" name="tenant" value="${only.id}">`;
  }
  if (tenants.length > SPACES_SHOWN) {
    return html`<div class="field">
<label for="tenant">In which space?</label>
<select id="tenant" name="tenant" required>
${tenants.map(({ id, name, checked }) => html`<option dir="auto" value="${id}"${checked && html` selected`}>${spaceName(name)}</option>`)}
</select>
</div>`;
  }
  return html`<fieldset>
<legend>In which space?</legend>
${tenants.map(
  ({ id, name, checked }, i) => html`<div class="choice"><input type="radio" id="tenant-${i}" name="tenant" value="${id}" required${checked && html` checked`}>
<label for="tenant-${i}"><bdi>${spaceName(name)}</bdi></label></div>`,
)}
</fieldset>`;
}
