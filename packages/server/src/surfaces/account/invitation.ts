import { Refusal } from '@gatehouse/contract';
import { INVITATION_PATH } from '../../domain/invitation.js';
import type { HttpIn, HttpOut } from '../http.js';
import { ACCOUNT_PATH } from '../pages/account.js';
import { pageOut } from '../pages/page.js';
import { seeOther } from '../pages/see-other.js';
import { invitationPage, invitedElsewherePage } from '../pages/spaces.js';
import { type Access, type Invited, given, personOf } from './view.js';

export interface InvitationOptions {
  readonly platform: { readonly title: string };
  readonly signInPath: string;
  /** Whose invitation a link is. */
  readonly invitationOf: (token: string) => Promise<(Invited & { readonly email: string }) | undefined>;
}

/** `GET /invitation` by nobody in particular: on to the sign-in page and back, without the token, which is to stand in no other URL. */
export async function invitedStranger(request: HttpIn, options: InvitationOptions): Promise<HttpOut | undefined> {
  const id = await idIn(request, options);
  return id === undefined ? undefined : seeOther(request, `${options.signInPath}?next=${encodeURIComponent(pathOf(id))}`);
}

/** `GET /invitation` by whoever is signed in: a button, where the invitation is theirs. undefined: there is none for them. */
export async function showInvitation(request: HttpIn, access: Access, options: InvitationOptions): Promise<HttpOut | undefined> {
  const { platform, signInPath } = options;
  const query = new URLSearchParams(request.query);
  const link = query.has('token') ? await options.invitationOf(query.get('token') ?? '') : undefined;
  const id = link?.id ?? query.get('id');
  const [me, received] = await Promise.all([access.me(), access.invitations.received()]);
  const own = given(received).find((one) => one.id === id);
  const person = personOf(given(me));
  if (own !== undefined) {
    const content = invitationPage({ platform: platform.title, id: own.id, tenant: own.tenantName, role: own.role, person });
    return pageOut(request, { ...content, log: { operation: 'invitation' } });
  }
  if (link === undefined) return undefined;
  const otherPerson = `${signInPath}?other=1&next=${encodeURIComponent(pathOf(link.id))}`;
  return pageOut(request, {
    ...invitedElsewherePage({ platform: platform.title, email: link.email, person, otherPerson }),
    status: 403,
    log: { operation: 'invitation' },
  });
}

/** `POST /invitation`, with `id`. */
export async function acceptInvitation(request: HttpIn, access: Access, form: URLSearchParams): Promise<HttpOut> {
  const accepted = await access.invitations.accept({ id: form.get('id') ?? '' });
  if (accepted instanceof Refusal) throw accepted;
  return seeOther(request, `${ACCOUNT_PATH}?done=joined`);
}

async function idIn(request: HttpIn, { invitationOf }: InvitationOptions): Promise<string | undefined> {
  const query = new URLSearchParams(request.query);
  const token = query.get('token');
  if (token !== null) return (await invitationOf(token))?.id;
  return query.get('id') ?? undefined;
}

function pathOf(id: string): string {
  return `${INVITATION_PATH}?id=${encodeURIComponent(id)}`;
}
