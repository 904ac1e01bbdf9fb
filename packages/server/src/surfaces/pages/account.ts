import { type Html, html } from './html.js';
import type { Content } from './page.js';
import { brand, moment, programName, spaceName } from './parts.js';
import { programOf } from './program.js';
import { spacesSection } from './spaces.js';
import type { AccountView, ConnectedApp, OpenSession } from './views.js';

export const ACCOUNT_PATH = '/account';
/** By POST, with `client`. */
export const DISCONNECT_PATH = '/account/disconnect';
/** By POST, with `session`. */
export const END_SESSION_PATH = '/account/end-session';
/** By POST. */
export const SIGN_OUT_EVERYWHERE_PATH = '/account/sign-out-everywhere';
/** By POST. */
export const SIGN_OUT_PATH = '/sign-out';

/** Which programs have access, and where the person is signed in. */
export function accountPage({ platform, person, apps, sessions, spaces, done }: AccountView): Content {
  return {
    title: `Your account – ${platform}`,
    body: html`${brand(platform)}
<div class="card">
<h1>Your account</h1>
${done !== null && html`<p class="note good" role="status">${done}</p>`}
<p>You are signed in as <b><bdi>${person}</bdi></b>.</p>
<form method="post" action="${SIGN_OUT_PATH}"><button>Sign out</button></form>
</div>
${spaces !== undefined && spacesSection(spaces)}
<section class="card" aria-labelledby="apps">
<h2 id="apps">Connected apps</h2>
${apps.length === 0 ? html`<p class="quiet">No app has access to your account.</p>` : html`<ul class="items">${apps.map(connected)}</ul>`}
</section>
<section class="card" aria-labelledby="sessions">
<h2 id="sessions">Where you are signed in</h2>
<ul class="items">${sessions.map(session)}</ul>
<form method="post" action="${SIGN_OUT_EVERYWHERE_PATH}"><button>Sign out everywhere</button></form>
</section>`,
  };
}

function connected({ client, name: said, host, places, since, lastUsed }: ConnectedApp): Html {
  const name = programName(said);
  return html`<li>
<h3><bdi>${name}</bdi></h3>
${host !== null && html`<p class="quiet host"><bdi>${host}</bdi></p>`}
${places.map(
  ({ tenant, scopes }) => html`<p>May do this in <bdi>${spaceName(tenant)}</bdi>:</p>
<ul>${scopes.map((scope) => html`<li>${scope}</li>`)}</ul>
`,
)}<p class="quiet">Connected ${moment(since)}<br>
${lastUsed === null ? 'Not used yet' : html`Last used ${moment(lastUsed)}`}</p>
<form method="post" action="${DISCONNECT_PATH}"><input type="hidden" name="client" value="${client}"><button>Disconnect<span class="unseen"> ${name}</span></button></form>
</li>`;
}

function session({ id, userAgent, since, current }: OpenSession): Html {
  return html`<li>
<h3><bdi>${programOf(userAgent)}</bdi>${current && html` <span class="tag">this browser</span>`}</h3>
<p class="quiet">Since ${moment(since)}</p>
${!current && html`<form method="post" action="${END_SESSION_PATH}"><input type="hidden" name="session" value="${id}"><button>Sign out there<span class="unseen">: ${programOf(userAgent)}</span></button></form>`}
</li>`;
}
