import { createHmac, timingSafeEqual } from 'node:crypto';
import { cookiesNamed } from '../../domain/session-cookie.js';
import type { HttpIn } from '../http.js';
import type { OauthOptions } from './options.js';
import { CONSENT_PATH, INTERACTION_SECONDS } from './provider.js';

const NAME = 'gatehouse_authorize';

type Keyed = Pick<OauthOptions, 'interactionKey' | 'publicUrl'>;

/** The browser in which a request for authorization began has a cookie of it: its address alone, which others may see, opens nothing. */
export function giveInteraction(uid: string, options: Keyed): string {
  return `${NAME}=${proofOf(uid, options)}; ${attributes(uid, options)}; Max-Age=${INTERACTION_SECONDS}`;
}

export function takeInteraction(uid: string, options: Keyed): string {
  return `${NAME}=; ${attributes(uid, options)}; Max-Age=0`;
}

export function hasInteraction(request: HttpIn, uid: string, options: Keyed): boolean {
  // Once, however many cookies come.
  const proof = proofOf(uid, options);
  return cookiesNamed(NAME, request.header('cookie') ?? '').some((value) => same(value, proof));
}

/** Bound to the person whom a page was shown to: what another one sends from it is not taken. */
export function markOf(uid: string, user: string, { interactionKey }: Keyed): string {
  return createHmac('sha256', interactionKey).update(`${uid} ${user}`).digest('base64url');
}

export function isMark(mark: string, uid: string, user: string, options: Keyed): boolean {
  return same(mark, markOf(uid, user, options));
}

function proofOf(uid: string, { interactionKey }: Keyed): string {
  return createHmac('sha256', interactionKey).update(uid).digest('base64url');
}

function attributes(uid: string, { publicUrl }: Keyed): string {
  return `Path=${CONSENT_PATH}${uid}; HttpOnly; SameSite=Lax${publicUrl?.startsWith('https:') === true ? '; Secure' : ''}`;
}

function same(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
