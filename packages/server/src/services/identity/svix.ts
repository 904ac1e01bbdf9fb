import { createHmac, timingSafeEqual } from 'node:crypto';
import type { WebhookMessage } from './provider.js';

/** Older and newer messages are refused, so that one that was overheard is of no use for long. */
const TOLERANCE_SECONDS = 300;
const SECRET_BYTES = { least: 24, most: 64 };
const MAX_SIGNATURES = 10;

/** Why a message is not the sender's; undefined where it is. */
export type Verify = (message: WebhookMessage, now: number) => string | undefined;

/**
 * Checks messages in the way of Svix, which is Standard Webhooks under other header names: HMAC-SHA256 over id, moment and bytes.
 * @param secret `whsec_` and Base64
 * @throws Error that names `setting` where it is no such secret
 */
export function svixVerifier(setting: string, secret: string): Verify {
  const key = secretIn(setting, secret);
  return (message, now) => {
    const [id, moment, given] = ['svix-id', 'svix-timestamp', 'svix-signature'].map((name) => message.header(name));
    if (id === undefined || id === '' || moment === undefined || given === undefined) return 'not signed';
    if (!/^\d{1,12}$/.test(moment)) return 'no moment';
    if (Math.abs(now / 1000 - Number(moment)) > TOLERANCE_SECONDS) return 'not of now';
    const signature = createHmac('sha256', key).update(`${id}.${moment}.`).update(message.body).digest();
    // While a secret is replaced, each message is signed with both.
    const fits = given.split(' ', MAX_SIGNATURES).some((one) => matches(one, signature));
    return fits ? undefined : 'wrong signature';
  };
}

function secretIn(setting: string, secret: string): Buffer {
  const base64 = secret.replace(/^whsec_/, '');
  const key = Buffer.from(base64, 'base64');
  const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(base64);
  if (isBase64 && key.length >= SECRET_BYTES.least && key.length <= SECRET_BYTES.most) return key;
  throw new Error(`${setting} is no signing secret: it is whsec_ and 32 to 88 characters of Base64, as the sender's dashboard shows it`);
}

function matches(given: string, signature: Buffer): boolean {
  if (!given.startsWith('v1,')) return false;
  const bytes = Buffer.from(given.slice('v1,'.length), 'base64');
  return bytes.length === signature.length && timingSafeEqual(bytes, signature);
}
