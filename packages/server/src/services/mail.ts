import { domainOf } from '../domain/email.js';
import type { MailSettings } from '../domain/sign-in-settings.js';
import { isLoopbackHost } from './egress-address.js';
import { within } from './within.js';

export interface MailOptions extends MailSettings {
  readonly log: (event: object) => void;
  readonly limits?: { readonly wholeMs: number; readonly atOnce: number };
}

export interface Message {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** The one way out for mail. What speaks to mail servers is loaded with the first. */
export interface Mailer {
  /** Whether the server has taken it. Never rejects; why it was not taken is in the log. */
  send(message: Message): Promise<boolean>;
}

const CONNECT_MS = 5000;
const SILENT_MS = 8000;
const LIMITS: NonNullable<MailOptions['limits']> = {
  /** For everything, from the look-up of the name to the server's last word. */
  wholeMs: 15_000,
  /** Each is a connection: more than any server of this kind has reason for. */
  atOnce: 20,
};

export function createMailer({ url, from, log, limits = LIMITS }: MailOptions): Mailer {
  const connection = connectionOf(new URL(url));
  let underWay = 0;
  const failed = (to: string, error: unknown): false => {
    log({ event: 'mail_failed', domain: domainOf(to), ...reasonOf(error) });
    return false;
  };
  return {
    async send({ to, subject, text }) {
      if (underWay >= limits.atOnce) return failed(to, { code: 'BUSY' });
      underWay += 1;
      const sending = handOver(connection, { from, to: { name: '', address: to }, subject, text }).finally(() => {
        underWay -= 1;
      });
      try {
        await within(limits.wholeMs, sending, tooLate);
        return true;
      } catch (error) {
        return failed(to, error);
      }
    },
  };
}

async function handOver(
  connection: ReturnType<typeof connectionOf>,
  mail: Omit<Message, 'to'> & { readonly from: string; readonly to: object },
): Promise<void> {
  const { createTransport } = await import('nodemailer');
  await createTransport(connection).sendMail({
    ...mail,
    headers: { 'auto-submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

function connectionOf({ protocol, hostname, port, username, password, searchParams }: URL) {
  const secure = protocol === 'smtps:';
  const host = hostname.replace(/^\[|\]$/g, '');
  return {
    host,
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    // A link is as good as a password, and what authenticates us is one: whoever stands between could leave out the offer of TLS.
    requireTLS: !secure && !isLoopbackHost(hostname) && searchParams.get('tls') !== 'optional',
    ...(username === '' ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: CONNECT_MS,
    dnsTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENT_MS,
  };
}

/** What a server answers in words may repeat what it was sent. */
function reasonOf(error: unknown): object {
  const { code, command, responseCode } = (error ?? {}) as { readonly code?: unknown; readonly command?: unknown; readonly responseCode?: unknown };
  return {
    code: String(code ?? 'UNKNOWN'),
    ...(command === undefined ? {} : { command: String(command) }),
    ...(responseCode === undefined ? {} : { response_code: Number(responseCode) }),
  };
}

const tooLate = (): Error => Object.assign(new Error('The mail server took too long'), { code: 'ETIMEDOUT' });
