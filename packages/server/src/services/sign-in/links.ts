import { readEmail } from '../../domain/email.js';
import type { RandomBytes } from '../../domain/key-format.js';
import { sha256 } from '../../domain/presented.js';
import type { Seal } from '../../domain/seal.js';
import { LINK_PATH, type LinkAsked, type SignedIn, type Visitor } from '../../domain/sign-in.js';
import { isLinkTokenForm, newLinkToken } from '../../domain/token-format.js';
import type { LinkStore } from '../../store/links.js';
import type { KeptAnswers } from '../kept-answers.js';
import type { Limits } from '../limits/limits.js';
import type { Mailer } from '../mail.js';
import { Upkeep } from '../upkeep.js';
import type { Arrivals } from './arrivals.js';
import { linkBuckets, secondsToWait } from './limits.js';

export const LINK_MINUTES = 15;
const SWEEP_MS = 600_000;
/** Only a page that was shown while the link was good has it sealed: whoever has the link alone, used as it is, has nothing. */
const about = (token: string): string => `the page of the link ${sha256(token)}`;
const NO_LINK: SignedIn = { is: 'refused', fault: 'no_link', next: null };

export interface LinksOptions {
  readonly store: LinkStore;
  readonly arrivals: Arrivals;
  /** What forms were answered that redeemed a link. */
  readonly answers: KeptAnswers;
  readonly limits: Pick<Limits, 'take'>;
  readonly newcomers: 'welcome' | 'refused';
  /** The platform's title. */
  readonly platform: string;
  /** undefined: links go to whoever stands at the terminal, if anywhere. */
  readonly mailer: Mailer | undefined;
  /** Shows it to whoever develops. undefined: in production. */
  readonly print: ((text: string) => void) | undefined;
  readonly seal: Seal;
  readonly random: RandomBytes;
  readonly now: () => number;
  /** Takes note of what went wrong beside the calls. */
  readonly failed: (event: string, error: unknown) => void;
}

/** Links that sign their reader in, once, sent to an e-mail address. */
export class Links {
  readonly by: 'mail' | 'terminal' | undefined;
  readonly #options: LinksOptions;
  readonly #upkeep: Upkeep;
  readonly #sending = new Set<Promise<unknown>>();

  constructor(options: LinksOptions) {
    this.#options = options;
    this.by = options.mailer !== undefined ? 'mail' : options.print !== undefined ? 'terminal' : undefined;
    this.#upkeep = new Upkeep({ everyMs: SWEEP_MS, sweep: () => this.sweep(), failed: (error) => options.failed('links_upkeep_failed', error) });
  }

  /**
   * Where newcomers are refused, the answer is the same and takes as long whether the person is known or not: whatever tells the two apart
   * happens after it.
   */
  async ask(text: string, next: string | null, origin: string, address: string): Promise<LinkAsked> {
    const { limits, newcomers, arrivals, now } = this.#options;
    const email = readEmail(text);
    if (email === undefined) return { is: 'malformed' };
    const wait = await secondsToWait(limits, linkBuckets(email, address), now());
    if (wait !== undefined) return { is: 'limited', retryAfterSeconds: wait };
    if (newcomers === 'welcome') return { is: (await this.#send(email, next, origin)) ? 'on_its_way' : 'not_sent' };
    const expected = await arrivals.expects(email);
    if (expected) this.#beside(this.#send(email, next, origin));
    return { is: 'on_its_way' };
  }

  async find(token: string): Promise<{ readonly email: string; readonly once: string } | undefined> {
    const { store, seal, now } = this.#options;
    const link = isLinkTokenForm(token) ? await store.find(sha256(token)) : undefined;
    return link === undefined || link.expiresAt <= now() ? undefined : { email: link.email, once: seal.close('', about(token)) };
  }

  async redeem(token: string, once: string, visitor: Visitor): Promise<SignedIn> {
    const { store, arrivals, answers, seal, now } = this.#options;
    if (!isLinkTokenForm(token)) return NO_LINK;
    const form = seal.open(once, about(token)) === undefined ? undefined : `${token} ${once}`;
    const link = await store.redeem(sha256(token), now());
    if (link === undefined) {
      const before = form === undefined ? undefined : await answers.find(form);
      return before === undefined ? NO_LINK : JSON.parse(before);
    }
    const came = await arrivals.byEmail(link.email, { visitor, next: link.next });
    if (form !== undefined) await answers.keep(form, JSON.stringify(came));
    return came;
  }

  /** Forgets what has expired. */
  async sweep(): Promise<void> {
    const { store, now } = this.#options;
    while (await store.forget(now()));
  }

  /** Settles when nothing is under way beside the calls any more. */
  async close(): Promise<void> {
    await Promise.all([this.#upkeep.close(), ...this.#sending]);
  }

  async #send(email: string, next: string | null, origin: string): Promise<boolean> {
    const { store, mailer, print, platform, random, now } = this.#options;
    const token = newLinkToken(random);
    await store.create({ hash: sha256(token), email, next, expiresAt: now() + LINK_MINUTES * 60_000 });
    const url = `${origin}${LINK_PATH}?token=${token}`;
    if (mailer !== undefined) return mailer.send({ to: email, subject: `Sign in to ${platform}`, text: textOf(platform, url) });
    print?.(`\n  ${email} signs in with this link, once, within ${LINK_MINUTES} minutes:\n  ${url}\n\n`);
    return true;
  }

  #beside(sending: Promise<unknown>): void {
    const settled = sending
      .catch((error: unknown) => this.#options.failed('link_not_sent', error))
      .finally(() => {
        this.#sending.delete(settled);
      });
    this.#sending.add(settled);
  }
}

function textOf(platform: string, url: string): string {
  return `Sign in to ${platform}:

${url}

The link works once, within ${LINK_MINUTES} minutes.
You did not ask for it? Then do nothing: without it nobody is signed in.
`;
}
