import { createHmac } from 'node:crypto';
import type { RandomBytes } from './key-format.js';

/**
 * OAuth tokens: a prefix, by which scanners find them and resolvers claim them, and 32 bytes as base64url. Only their SHA-256 is stored.
 * A JWT (RFC 9068) is the one access token that looks otherwise.
 */
export const ACCESS_TOKEN_PREFIX = 'gha_';
const REFRESH_TOKEN_PREFIX = 'ghr_';
/** Of the token in a link that signs in. */
const LINK_TOKEN_PREFIX = 'ghl_';
/** Of the token in a link that invites. */
const INVITATION_TOKEN_PREFIX = 'ghi_';

const BYTES = 32;
/** 32 bytes are 43 characters, of which the last holds four bits. */
export const TOKEN_BODY = '[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]';
const BODY = new RegExp(`^${TOKEN_BODY}$`);
export const OWN_PREFIXES = [ACCESS_TOKEN_PREFIX, REFRESH_TOKEN_PREFIX, LINK_TOKEN_PREFIX, INVITATION_TOKEN_PREFIX];

/** `gha_` and 43 characters. */
export function newAccessToken(random: RandomBytes): string {
  return ACCESS_TOKEN_PREFIX + base64url(random(BYTES));
}

/** `ghr_` and 43 characters. */
export function newRefreshToken(random: RandomBytes): string {
  return REFRESH_TOKEN_PREFIX + base64url(random(BYTES));
}

/** `ghl_` and 43 characters. */
export function newLinkToken(random: RandomBytes): string {
  return LINK_TOKEN_PREFIX + base64url(random(BYTES));
}

/** `ghi_` and 43 characters. */
export function newInvitationToken(random: RandomBytes): string {
  return INVITATION_TOKEN_PREFIX + base64url(random(BYTES));
}

/**
 * What replaces a refresh token: its HMAC-SHA256 under a key of which nobody else knows, so that all who refresh with the same one get
 * the same one, and nobody reckons it out from the database.
 */
export function successorOf(refreshToken: string, key: Uint8Array): string {
  return REFRESH_TOKEN_PREFIX + createHmac('sha256', key).update(refreshToken).digest('base64url');
}

/** Whether it has the form of such a token. Says nothing about whether there is one. */
export function isLinkTokenForm(value: string): boolean {
  return hasForm(value, LINK_TOKEN_PREFIX);
}

export function isInvitationTokenForm(value: string): boolean {
  return hasForm(value, INVITATION_TOKEN_PREFIX);
}

function hasForm(value: string, prefix: string): boolean {
  return value.startsWith(prefix) && BODY.test(value.slice(prefix.length));
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}
