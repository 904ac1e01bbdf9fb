import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  /** As it came over the wire. */
  readonly raw: string;
  /** Its text, decoded. */
  readonly text: string;
}

/** A mail server on loopback. Says what its `answer` says. */
export class MailServer {
  readonly received: Mail[] = [];
  /** Refuses with this error, or keeps silent. */
  fault: Error | 'silent' | undefined;
  readonly #server: SMTPServer;

  private constructor() {
    this.#server = new SMTPServer({
      authOptional: false,
      allowInsecureAuth: true,
      disabledCommands: ['STARTTLS'],
      closeTimeout: 1,
      onAuth: ({ username, password }, _session, done) => {
        if (username === 'gate@house' && password === 'p@ss/word') done(null, { user: username });
        else done(new Error(`Invalid login for ${username} with ${password}`));
      },
      onRcptTo: (_address, _session, done) => {
        if (this.fault instanceof Error) done(this.fault);
        else if (this.fault === undefined) done();
      },
      onData: (stream, { envelope }, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const raw = Buffer.concat(chunks).toString('utf8');
          const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
          this.received.push({ from, to: envelope.rcptTo.map(({ address }) => address), raw, text: decoded(raw) });
          done();
        });
      },
    });
    // What a client does wrong is told to it.
    this.#server.on('error', () => undefined);
  }

  static async start(): Promise<MailServer> {
    const mail = new MailServer();
    await new Promise<void>((done) => mail.#server.listen(0, '127.0.0.1', () => done()));
    return mail;
  }

  /** `smtp://…` with what it takes. */
  get url(): string {
    return `smtp://gate%40house:p%40ss%2Fword@127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    return new Promise((done) => this.#server.close(() => done()));
  }
}

/** Quoted-printable (RFC 2045, section 6.7), where it is; the body alone. */
function decoded(raw: string): string {
  const body = raw.slice(raw.indexOf('\r\n\r\n') + 4);
  if (!/content-transfer-encoding: quoted-printable/i.test(raw)) return body;
  return body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_whole, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}
