import { sha256 } from '../../domain/presented.js';
import { redirectTarget } from '../../domain/redirect-uri.js';
import { isFromOwnPage } from '../../domain/session-cookie.js';
import { SIGN_IN_PATH } from '../../domain/sign-in.js';
import type { Client } from '../../services/authorization/clients.js';
import type { Asking, Place } from '../../services/authorization/consent.js';
import type { HttpIn, HttpOut } from '../http.js';
import { consentPage, pageOut } from '../pages/index.js';
import type { ConsentView } from '../pages/views.js';
import { seeOther } from '../pages/see-other.js';
import { signedIn } from './authorize.js';
import { during } from './calls.js';
import { isForm, readForm } from './form.js';
import { hasInteraction, isMark, markOf, takeInteraction } from './interaction-cookie.js';
import type { OauthOptions } from './options.js';
import { expired, foreignPage, problemOut } from './problems.js';
import { CONSENT_PATH, type Decision, type Library, type Waiting } from './provider.js';
import { sentBack, sentBackUnasked } from './sent-back.js';

const OPERATION = 'oauth_consent';

/** A request that waits, with the person who is to answer it. */
interface Pending {
  readonly uid: string;
  readonly user: string;
  readonly waiting: Waiting;
  readonly asking: Asking;
}

/** The page where a person lets a program in, or does not. Who that person is, our own session says, at each step anew. */
export async function consent(request: HttpIn, library: Library, options: OauthOptions): Promise<HttpOut> {
  const uid = request.path.slice(CONSENT_PATH.length);
  const found = hasInteraction(request, uid, options) ? await library.waiting(uid) : undefined;
  const client = found === undefined ? undefined : await options.clients.find(found.client);
  if (found === undefined || client === undefined) return over(request, uid, options);
  const user = await signedIn(request, options);
  if (user === undefined) return { ...seeOther(request, signInAt(uid)), log: { operation: OPERATION, code: 'signed_out' } };
  const pending: Pending = { uid, user, waiting: found, asking: { client, user, asked: found.scopes } };
  return request.method === 'POST' ? answered(request, pending, library, options) : shown(request, pending, library, options);
}

const signInAt = (uid: string): string => `${SIGN_IN_PATH}?next=${encodeURIComponent(CONSENT_PATH + uid)}`;

async function shown(request: HttpIn, pending: Pending, library: Library, options: OauthOptions, again?: Again): Promise<HttpOut> {
  const { uid, user, waiting, asking } = pending;
  const places = await options.consent.places(asking);
  if (places.length === 0) return settled(request, pending, library, options, denied);
  const { title, scopeTexts } = options.platform;
  const { source } = redirectTarget(waiting.redirectUri);
  const view: ConsentView = {
    platform: title,
    action: `${CONSENT_PATH}${uid}?for=${markOf(uid, user, options)}`,
    client: clientView(asking.client, waiting.redirectUri),
    person: await options.consent.person(user),
    otherPerson: `${signInAt(uid)}&other=1`,
    ...choices(places, scopeTexts, again),
    days: options.grantDays,
    ...(again === undefined ? {} : { wrong: { text: again.wrong } }),
  };
  return pageOut(request, { ...consentPage(view), status: again === undefined ? 200 : 400, formsLeadTo: [source], log: { operation: OPERATION } });
}

/** What a person has chosen, to be shown once more with what is wrong in it. */
interface Again {
  readonly wrong: string;
  readonly tenant: string;
  readonly scopes: readonly string[];
}

/** What may be allowed in any of the tenants, in one order. What was allowed before is marked where it was so in the tenant that is shown as chosen. */
function choices(places: readonly Place[], texts: Readonly<Record<string, string>>, again?: Again): Pick<ConsentView, 'tenants' | 'scopes'> {
  const place = places.find(({ id }) => id === again?.tenant) ?? places[0];
  const scopes = [...new Set(places.flatMap((each) => each.scopes))];
  return {
    tenants: places.map(({ id, name }) => ({ id, name, checked: id === place?.id })),
    scopes: scopes.map((scope) => ({
      scope,
      text: texts[scope] ?? scope,
      checked: again?.scopes.includes(scope) ?? true,
      before: place?.before.includes(scope) === true,
    })),
  };
}

function clientView({ id, kind, metadata }: Client, redirectUri: string): ConsentView['client'] {
  const { host, loopback } = redirectTarget(redirectUri);
  // Whoever answers for the document's host answers for where the code is sent.
  const verified = kind === 'made' || (kind === 'document' && new URL(id).hostname === host && !loopback);
  return { name: metadata.client_name ?? host, host, verified, loopbackOnly: loopback, uri: metadata.client_uri ?? null };
}

async function answered(request: HttpIn, pending: Pending, library: Library, options: OauthOptions): Promise<HttpOut> {
  const { uid, user, waiting, asking } = pending;
  if (!isFromOwnPage(request, options.publicUrl)) return problemOut(request, OPERATION, options, foreignPage);
  // Somebody else has signed in since: what they are to allow, they have to see.
  if (!isMark(markIn(request), uid, user, options)) return shown(request, pending, library, options);
  const form = readForm(request);
  if (!isForm(form)) return problemOut(request, OPERATION, options, form);
  if (form.get('decision') !== 'allow') return settled(request, pending, library, options, denied);
  const chosen = { tenant: form.get('tenant') ?? '', scopes: form.getAll('scope'), redirectUri: waiting.redirectUri };
  const places = await options.consent.places(asking);
  const place = places.find(({ id }) => id === chosen.tenant);
  if (place === undefined || !place.scopes.some((scope) => chosen.scopes.includes(scope)))
    return shown(request, pending, library, options, { ...chosen, wrong: NOTHING_CHOSEN });
  return settled(request, pending, library, options, async () => {
    const grant = await options.consent.allow(asking, chosen);
    if (grant === undefined) return undefined;
    const { id, client, tenant, scopes } = grant;
    options.log({ event: 'program_let_in', grant: id, client, user, tenant, scopes });
    return { user, grant: id, scopes };
  });
}

const NOTHING_CHOSEN = 'Choose at least one thing that it may do there, or cancel.';

const denied = async (): Promise<Decision> => ({ denied: true });

/** The first answer counts: a form that is sent twice makes one grant. */
async function settled(
  request: HttpIn,
  { uid, user, asking }: Pending,
  library: Library,
  options: OauthOptions,
  decide: () => Promise<Decision | undefined>,
): Promise<HttpOut> {
  const isFirst = (await options.store.artifacts.consume('Interaction', sha256(uid), options.now())) === 'first';
  const decision = isFirst ? await decide() : undefined;
  const { location } = decision === undefined ? {} : (await during({ user }, () => library.settle(uid, decision))).headers;
  if (location === undefined) return over(request, uid, options);
  const headers = leaving(location, uid, options);
  if (request.method === 'POST') {
    await options.answers.keep(uid, location);
    return sentBack(request, OPERATION, location, options, headers);
  }
  return sentBackUnasked(request, OPERATION, location, { client: asking.client.id, user }, options, headers);
}

/** It has been answered, or its time is over. The form that was answered gets its answer again, until that has come to the program. */
async function over(request: HttpIn, uid: string, options: OauthOptions): Promise<HttpOut> {
  const location = (await isFormOf(request, uid, options)) ? await options.answers.find(uid) : undefined;
  if (location === undefined || (await isRedeemed(location, options))) return problemOut(request, OPERATION, options, expired);
  return sentBack(request, OPERATION, location, options, leaving(location, uid, options));
}

/** A program's own scheme leaves the page where it is, and the browser may have asked whether to open it: its form may be sent again for that. */
function leaving(location: string, uid: string, options: OauthOptions): Readonly<Record<string, string>> {
  return /^https?:/.test(location) ? { 'set-cookie': takeInteraction(uid, options) } : {};
}

async function isRedeemed(location: string, { store }: OauthOptions): Promise<boolean> {
  const code = new URL(location).searchParams.get('code');
  return code !== null && (await store.artifacts.find('AuthorizationCode', sha256(code)))?.consumedAt !== null;
}

/** A form of our own page, from the browser and the person that it was shown to. */
async function isFormOf(request: HttpIn, uid: string, options: OauthOptions): Promise<boolean> {
  if (request.method !== 'POST' || !hasInteraction(request, uid, options) || !isFromOwnPage(request, options.publicUrl)) return false;
  const user = await signedIn(request, options);
  return user !== undefined && isMark(markIn(request), uid, user, options);
}

const markIn = ({ query }: HttpIn): string => new URLSearchParams(query).get('for') ?? '';
