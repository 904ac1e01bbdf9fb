import type { JWTPayload } from 'jose';
import { foldEmail } from '../../domain/email.js';

export const MAX_SUBJECT_LENGTH = 255;
const MAX_NAME_LENGTH = 200;
/** RFC 5321, section 4.5.3.1.3, less the angle brackets. */
const MAX_EMAIL_LENGTH = 254;
const EMAIL = /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u;

/** A claim that holds some text; undefined for anything else. */
export function textClaim(claims: object, name: string): string | undefined {
  const value: unknown = Reflect.get(claims, name);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** The e-mail in lower case, where there is a plausible one, and whether the issuer says that it is the bearer's. */
export function emailIn(claims: JWTPayload): { readonly email?: string; readonly emailVerified: boolean } {
  const found = ['email', 'primary_email_address', 'email_address'].map((name) => textClaim(claims, name)).find((value) => value !== undefined);
  if (found === undefined || found.length > MAX_EMAIL_LENGTH || !EMAIL.test(found)) return { emailVerified: false };
  const email = foldEmail(found);
  // Letters outside ASCII that fold to an ASCII one (the Kelvin sign to k) would make one address look like another's.
  return email === found.toLowerCase() ? { email, emailVerified: claims.email_verified === true } : { emailVerified: false };
}

/** The bearer's name for display. */
export function nameIn(claims: JWTPayload): { readonly name?: string } {
  const name = (textClaim(claims, 'name') ?? textClaim(claims, 'full_name'))?.trim().slice(0, MAX_NAME_LENGTH);
  return name === undefined ? {} : { name };
}
