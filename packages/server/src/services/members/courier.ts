import { brief } from '@gatehouse/contract';
import { INVITATION_PATH } from '../../domain/invitation.js';
import type { Mailer } from '../mail.js';
import type { Delivery } from './views.js';

export interface CourierOptions {
  /** The platform's title. */
  readonly platform: string;
  /** undefined: no mail is sent here. */
  readonly mailer: Mailer | undefined;
  /** Shows it to whoever develops. undefined: in production. */
  readonly print: ((text: string) => void) | undefined;
  /** Ours, which links begin with; undefined while nobody listens. */
  readonly origin: () => string | undefined;
}

/** Takes invitations to people. */
export function courier({ platform, mailer, print, origin }: CourierOptions) {
  return async (to: string, token: string, tenantName: string, days: number): Promise<Delivery> => {
    const ours = origin();
    if (ours === undefined) return 'none';
    const url = `${ours}${INVITATION_PATH}?token=${token}`;
    if (mailer !== undefined) {
      const message = { to, subject: `You are invited to ${platform}`, text: textOf(platform, sayable(tenantName), url, days) };
      return (await mailer.send(message)) ? 'mail' : 'none';
    }
    if (print === undefined) return 'none';
    print(`\n  ${to} is invited with this link, within ${days} days:\n  ${url}\n\n`);
    return 'terminal';
  };
}

const NAME_LENGTH = 60;

/** A name that somebody chose, in a mail that we send: nothing that a reader could take for an address to go to, or for our own words. */
export function sayable(name: string): string | undefined {
  const line = name.replace(/[\p{C}\p{Z}]+/gu, ' ').trim();
  return line === '' || /[:/\\@<>"]|\.\S/u.test(line) ? undefined : brief(line, NAME_LENGTH);
}

function textOf(platform: string, name: string | undefined, url: string, days: number): string {
  return `You are invited to ${name === undefined ? platform : `"${name}" on ${platform}`}:

${url}

The invitation is open for ${days} days, for this e-mail address alone.
You do not know why? Then do nothing: without you nobody is let in.
`;
}
