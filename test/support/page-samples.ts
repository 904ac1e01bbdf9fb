import type { ErrorCode } from '../../packages/contract/src/index.js';
import type { AccountView, ConsentView, SignInView } from '../../packages/server/src/surfaces/pages/index.js';
import {
  type Content,
  accountPage,
  consentPage,
  failurePage,
  html,
  invitationPage,
  invitedElsewherePage,
  linkPage,
  linkSentPage,
  onwardPage,
  problemPage,
  signInPage,
} from '../../packages/server/src/surfaces/pages/index.js';

const platform = 'Nenjo';
const MORNING = Date.parse('2026-01-31T09:30:00Z');

const signIn: SignInView = {
  platform,
  action: '/sign-in',
  next: '/account',
  forClient: null,
  email: true,
  providers: [
    { action: '/sign-in/with/github', label: 'GitHub' },
    { action: '/sign-in/with/google', label: 'Google' },
  ],
};

const consent: ConsentView = {
  platform,
  action: '/oauth/consent/k3vq0a2mzr41',
  client: { name: 'Claude', host: 'claude.ai', verified: true, loopbackOnly: false, uri: 'https://claude.ai' },
  person: 'ann@example.com',
  otherPerson: '/sign-in?next=%2Foauth%2Fauthorize',
  tenants: [{ id: '1', name: "Ann's space", checked: true }],
  scopes: [
    { scope: 'tickets:read', text: 'Read tickets', checked: true, before: true },
    { scope: 'tickets:write', text: 'Create, change and delete tickets', checked: true, before: false },
    { scope: 'projects:read', text: 'Read projects', checked: true, before: false },
    { scope: 'agents:write', text: 'Create and change agents', checked: false, before: false },
  ],
  days: 30,
};

const account: AccountView = {
  platform,
  person: 'ann@example.com',
  apps: [
    {
      client: 'c1',
      name: 'Claude',
      host: 'claude.ai',
      places: [
        { tenant: "Ann's space", scopes: ['Read tickets', 'Create, change and delete tickets'] },
        { tenant: 'Example Ltd', scopes: ['Read tickets'] },
      ],
      since: MORNING - 86_400_000,
      lastUsed: MORNING,
    },
    {
      client: 'c2',
      name: 'Claude Code (my laptop)',
      host: '127.0.0.1',
      places: [{ tenant: 'Example Ltd', scopes: ['Read projects'] }],
      since: MORNING,
      lastUsed: null,
    },
  ],
  sessions: [
    { id: 's1', userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', since: MORNING, current: true },
    {
      id: 's2',
      userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
      since: MORNING - 3 * 86_400_000,
      current: false,
    },
    { id: 's3', userAgent: 'gatehouse session create', since: MORNING - 9 * 86_400_000, current: false },
    { id: 's4', userAgent: null, since: MORNING - 9 * 86_400_000, current: false },
  ],
  done: null,
};

const spaces = {
  spaces: [
    { id: '1', name: 'ann@example.com', role: 'owner', current: false, leavable: false },
    { id: '2', name: 'Example Ltd', role: 'member', current: true, leavable: true },
  ],
  invitations: [{ id: 'i1', tenant: 'The Example Company of Long Names and Longer Patience', role: 'member' }],
};

/** As a platform makes one of the classes that the guide names. */
const platformPage: Content = {
  title: 'Summer race',
  body: html`<form class="card" method="post" action="/e/1/race">
<h1>Summer race</h1>
<p class="note bad" role="alert">This form has been open for too long. Look through it, and send it again.</p>
${(['text', 'email', 'tel', 'date'] as const).map(
  (type) => html`<div class="field">
<label for="${type}">${type}</label>
<p class="wrong" id="${type}-wrong">Fill this in.</p>
<input id="${type}" name="${type}" type="${type}" aria-describedby="${type}-wrong ${type}-hint" aria-invalid="true">
<p class="hint" id="${type}-hint">You may leave this empty.</p>
</div>`,
)}
<div class="buttons"><button class="strong">Register</button></div>
</form>`,
};

const failure = (code: ErrorCode, text: string, next?: string): Content =>
  failurePage(
    { requestId: 'req_k3vq0a2mzr41xw5bct0hdy2e' },
    { code, text, ...(next === undefined ? {} : { next }) },
    { platform, link: { href: '/sign-in', text: 'Sign in' } },
  );

const many = <T>(count: number, of: (i: number) => T): readonly T[] => Array.from({ length: count }, (_, i) => of(i));

const RESOURCES = ['tickets', 'projects', 'agents', 'documents', 'pipelines', 'executions', 'councils', 'roles', 'webhooks', 'chats'];
const VERBS = ['Read', 'Create and change', 'Delete', 'Share', 'Export', 'Archive'];
const scopes = (count: number): ConsentView['scopes'] =>
  many(count, (i) => {
    const [verb, resource] = [VERBS[Math.floor(i / RESOURCES.length)], RESOURCES[i % RESOURCES.length]];
    return { scope: `${resource}:${verb}`, text: `${verb} ${resource}`, checked: true, before: false };
  });
const tenants = (count: number): ConsentView['tenants'] =>
  many(count, (i) => ({ id: `t${i}`, name: i === 0 ? "Ann's space" : `Business number ${i}`, checked: i === 0 }));

/** Right to left, without width, above the line, and no letters at all. */
const strange = 'كلود \u{1f980}\u{1f1fa}\u{1f1e6} Z\u0351\u0343\u0305a\u0321\u0353l\u0309\u034dgo\u200b\u200d \u202eedualC';

const long = 'A-program-whose-name-has-no-end-and-no-place-to-break-it-0123456789-0123456789';

/** Every page, in each of its states, by a name for a file. */
export const pageSamples: Readonly<Record<string, Content>> = {
  'sign-in': signInPage(signIn),
  'sign-in-for-client': signInPage({ ...signIn, forClient: 'Claude', providers: [] }),
  'sign-in-invited': signInPage({ ...signIn, next: '/invitation?id=i1', invited: true }),
  'sign-in-wrong': signInPage({ ...signIn, wrong: { text: 'This is not an e-mail address: it needs an @.', typed: 'ann.example.com' } }),
  'sign-in-providers': signInPage({ ...signIn, email: false }),
  'sign-in-provider-failed': signInPage({ ...signIn, email: false, wrong: { text: 'GitHub has not let you in. Try again, or choose another way.' } }),
  'sign-in-none': signInPage({ ...signIn, email: false, providers: [] }),
  'link-sent': linkSentPage({ platform, email: 'ann@example.com', minutes: 15, printed: false, again: '/sign-in' }),
  'link-printed': linkSentPage({ platform, email: 'ann@example.com', minutes: 15, printed: true, again: '/sign-in' }),
  'link-if-known': linkSentPage({ platform, email: 'ann@example.com', minutes: 15, printed: false, ifKnown: true, again: '/sign-in' }),
  link: linkPage({ platform, email: 'ann@example.com', action: '/sign-in/link', token: 'f00d', once: 'b00' }),
  consent: consentPage(consent),
  'consent-unverified': consentPage({ ...consent, client: { ...consent.client, name: 'Cursor', host: 'cursor:', verified: false, uri: null } }),
  'consent-loopback': consentPage({
    ...consent,
    client: { name: 'Claude Code', host: '127.0.0.1', verified: false, loopbackOnly: true, uri: null },
    tenants: [...consent.tenants, { id: '2', name: 'Example Ltd', checked: false }],
  }),
  'consent-wrong': consentPage({
    ...consent,
    scopes: consent.scopes.map((choice) => ({ ...choice, checked: false })),
    wrong: { text: 'Choose at least one thing that it may do there, or cancel.' },
  }),
  'consent-long': consentPage({
    ...consent,
    platform: long,
    client: { ...consent.client, name: long, host: `${long.toLowerCase()}.example`, verified: false },
    person: `${long}@example.com`,
    tenants: [...consent.tenants, { id: '2', name: long, checked: false }],
    scopes: [{ scope: 'x:y', text: long, checked: true, before: true }],
  }),
  'consent-one-scope': consentPage({ ...consent, scopes: consent.scopes.slice(0, 1) }),
  'consent-16-scopes-3-spaces': consentPage({ ...consent, scopes: scopes(16), tenants: tenants(3) }),
  'consent-60-scopes-60-spaces': consentPage({ ...consent, scopes: scopes(60), tenants: tenants(60) }),
  'consent-step-up': consentPage({ ...consent, scopes: consent.scopes.map((choice, i) => ({ ...choice, checked: true, before: i !== 1 })) }),
  'consent-strange': consentPage({
    ...consent,
    client: { ...consent.client, name: strange, verified: false, uri: null },
    tenants: [
      { id: '1', name: strange, checked: true },
      { id: '2', name: 'שלום (עולם)', checked: false },
    ],
  }),
  onward: onwardPage({ platform, title: 'Back to the program', url: 'http://127.0.0.1:33418/callback?code=f00d' }),
  problem: problemPage({
    platform,
    title: 'This link has expired',
    text: 'A link works for 15 minutes, and this one is older.',
    next: 'Ask for another one.',
    link: { href: '/sign-in', text: 'Sign in' },
    requestId: 'req_k3vq0a2mzr41xw5bct0hdy2e',
  }),
  'problem-bare': problemPage({
    platform,
    title: 'This program is not known here',
    text: 'It asks for access under a name that this server does not know, or has forgotten.',
    next: 'Remove the connection in that program, and add it again.',
    link: null,
    requestId: 'req_k3vq0a2mzr41xw5bct0hdy2e',
  }),
  'failure-500': failure('internal', 'Something went wrong on our side. It is on record; quote the request id when you report it.'),
  'failure-403-origin': failure('origin_not_allowed', 'Pages of this origin may not call this server.', 'Name the origin in --cors-origins.'),
  account: accountPage(account),
  'account-full': accountPage({
    ...account,
    spaces: { spaces: many(12, (i) => ({ id: `t${i}`, name: `Business number ${i}`, role: 'member', current: i === 0, leavable: i === 0 })), invitations: [] },
    apps: many(12, (i) => ({ ...account.apps[i % 2], client: `c${i}`, name: `App number ${i}` }) as AccountView['apps'][number]),
    sessions: many(12, (i) => ({ ...account.sessions[i % 4], id: `s${i}`, current: i === 0 }) as AccountView['sessions'][number]),
  }),
  'page-of-a-platform': platformPage,
  'account-spaces': accountPage({ ...account, spaces }),
  invitation: invitationPage({ platform, id: 'i1', tenant: 'Example Ltd', role: 'member', person: 'ann@example.com' }),
  'invitation-elsewhere': invitedElsewherePage({ platform, email: 'ann@example.com', person: 'bob@example.com', otherPerson: '/sign-in?other=1' }),
  'account-done': accountPage({ ...account, apps: [], sessions: account.sessions.slice(0, 1), done: 'Claude is disconnected.' }),
};

/** Every page with this text wherever somebody else may have written it. */
export function hostileSamples(text: string): Readonly<Record<string, Content>> {
  return {
    'sign in': signInPage({
      ...signIn,
      platform: text,
      action: text,
      next: text,
      forClient: text,
      providers: [{ action: text, label: text }],
      wrong: { text, typed: text },
    }),
    'sign in, by providers': signInPage({ ...signIn, platform: text, email: false, wrong: { text } }),
    'link sent': linkSentPage({ platform: text, email: text, minutes: 15, printed: false, again: text }),
    link: linkPage({ platform: text, email: text, action: text, token: text, once: text }),
    consent: consentPage({
      platform: text,
      action: text,
      client: { name: text, host: text, verified: true, loopbackOnly: true, uri: text },
      person: text,
      otherPerson: text,
      tenants: [
        { id: text, name: text, checked: true },
        { id: '2', name: text, checked: false },
      ],
      scopes: [{ scope: text, text, checked: true, before: true }],
      days: 30,
      wrong: { text },
    }),
    onward: onwardPage({ platform: text, title: text, url: text }),
    problem: problemPage({ platform: text, title: text, text, next: text, link: { href: text, text }, requestId: text }),
    invitation: invitationPage({ platform: text, id: text, tenant: text, role: text, person: text }),
    'invitation of somebody else': invitedElsewherePage({ platform: text, email: text, person: text, otherPerson: text }),
    account: accountPage({
      platform: text,
      spaces: {
        spaces: [{ id: text, name: text, role: text, current: true, leavable: true }],
        invitations: [{ id: text, tenant: text, role: text }],
      },
      person: text,
      apps: [{ client: text, name: text, host: text, places: [{ tenant: text, scopes: [text] }], since: 0, lastUsed: 0 }],
      sessions: [{ id: text, userAgent: text, since: 0, current: false }],
      done: text,
    }),
  };
}
