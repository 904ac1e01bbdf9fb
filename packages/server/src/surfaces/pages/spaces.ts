import { INVITATION_PATH } from '../../domain/invitation.js';
import { type Html, html } from './html.js';
import type { Content } from './page.js';
import { brand, spaceName } from './parts.js';
import type { InvitationView, InvitedElsewhereView, SpaceView, SpacesView } from './views.js';

/** By POST, with `tenant`. */
export const SWITCH_PATH = '/account/switch';
/** By POST, with `tenant`, in which the session acts. */
export const LEAVE_PATH = '/account/leave';

/** Which spaces the person is in, which one this browser acts in, and which ones wait for an answer. */
export function spacesSection({ spaces, invitations }: SpacesView): Html {
  return html`<section class="card" aria-labelledby="spaces">
<h2 id="spaces">Your spaces</h2>
<ul class="items">${spaces.map(space)}</ul>
${
  invitations.length > 0 &&
  html`<h2>Invitations</h2>
<ul class="items">${invitations.map(
    ({ id, tenant, role }) => html`<li>
<h3><bdi>${spaceName(tenant)}</bdi></h3>
<p class="quiet">Your role: ${role}</p>
${join(id, spaceName(tenant))}
</li>`,
  )}</ul>`
}
</section>`;
}

function space({ id, name: said, role, current, leavable }: SpaceView): Html {
  const name = spaceName(said);
  return html`<li>
<h3><bdi>${name}</bdi>${current && html` <span class="tag">current</span>`}</h3>
<p class="quiet">Your role: ${role}</p>
${!current && html`<form method="post" action="${SWITCH_PATH}"><input type="hidden" name="tenant" value="${id}"><button>Switch<span class="unseen"> to ${name}</span></button></form>`}
${leavable && leave(id, name)}
</li>`;
}

/** In two steps: whoever leaves comes back by another invitation alone. */
function leave(id: string, name: string): Html {
  return html`<details>
<summary>Leave this space</summary>
<p>Your keys and your connected apps in this space end for good. To come back you need another invitation.</p>
<form method="post" action="${LEAVE_PATH}"><input type="hidden" name="tenant" value="${id}"><button>Leave<span class="unseen"> ${name}</span></button></form>
</details>`;
}

/** Where the link of an invitation leads: one button. */
export function invitationPage({ platform, id, tenant, role, person }: InvitationView): Content {
  const title = `Join ${spaceName(tenant)}?`;
  return {
    title: `${title} – ${platform}`,
    body: html`${brand(platform)}
<div class="card">
<h1>Join <bdi>${spaceName(tenant)}</bdi>?</h1>
<p>You are invited to <b><bdi>${spaceName(tenant)}</bdi></b>, with the role <b>${role}</b>. Its members will see your name and your e-mail address.</p>
${join(id, spaceName(tenant))}
<p class="quiet">You are signed in as <bdi>${person}</bdi>. You do not know who invites you? Close this page. Nothing will happen.</p>
</div>`,
  };
}

/** The link is for somebody else's address. */
export function invitedElsewherePage({ platform, email, person, otherPerson }: InvitedElsewhereView): Content {
  return {
    title: `This invitation is for another address – ${platform}`,
    body: html`${brand(platform)}
<div class="card">
<h1>This invitation is for another address</h1>
<p>It is for <b><bdi>${email}</bdi></b>, and you are signed in as <b><bdi>${person}</bdi></b>.</p>
<p><a href="${otherPerson}">Sign in as <bdi>${email}</bdi></a></p>
</div>`,
  };
}

function join(id: string, name: string): Html {
  return html`<form method="post" action="${INVITATION_PATH}"><input type="hidden" name="id" value="${id}"><div class="buttons"><button class="strong">Join<span class="unseen"> ${name}</span></button></div></form>`;
}
