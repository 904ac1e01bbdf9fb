import { presentedIn } from '../domain/presented.js';
import type { Caller, Principal, Resolution } from '../domain/principal.js';
import { newRequestId } from '../domain/request-id.js';
import type { Platform } from '../runtime/platform.js';
import type { Runtime } from '../runtime/types.js';
import type { ChallengeOf } from '../surfaces/challenge.js';
import { failureShape } from '../surfaces/rest/rest.js';

/** A request as a host application has it, for checking a caller in place. */
export interface Knock {
  /** Lower-case names, as in Node's `request.headers`. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The client's address, for the limit of failed authentications. */
  readonly address: string;
}

export type Admission =
  | { readonly ok: true; readonly principal: Principal }
  /** `body` is the platform's wire shape, `headers` what the status calls for (`www-authenticate`, `retry-after`). */
  | { readonly ok: false; readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: object };

/** Who is calling a host application? */
export function admission(platform: Platform, runtime: Runtime, challengeOf: ChallengeOf): (knock: Knock) => Admission | Promise<Admission> {
  const judge = (resolution: Resolution, caller: Knocking): Admission | Promise<Admission> =>
    resolution.is === 'ok' ? { ok: true, principal: resolution.principal } : turnedAway(resolution, caller);
  const turnedAway = async (resolution: Exclude<Resolution, { is: 'ok' }>, caller: Knocking): Promise<Admission> => {
    const failure = await runtime.denial(resolution, caller);
    return { ok: false, ...failureShape(failure, { platform, requestId: caller.requestId, challenge: challengeOf(failure, caller) }) };
  };
  return (knock) => {
    const caller = new Knocking(knock);
    const resolution = runtime.authenticate(caller);
    return resolution instanceof Promise ? resolution.then((late) => judge(late, caller)) : judge(resolution, caller);
  };
}

/** Whoever knocks. It needs a name in the log only where it is turned away. */
class Knocking implements Caller {
  readonly presented: Caller['presented'];
  readonly address: string;
  readonly secure = false;
  readonly #headers: Knock['headers'];
  #requestId: string | undefined;

  constructor({ headers, address }: Knock) {
    this.#headers = headers;
    this.address = address;
    this.presented = presentedIn(this);
  }

  get requestId(): string {
    this.#requestId ??= newRequestId();
    return this.#requestId;
  }

  header(name: string): string | undefined {
    const value = this.#headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }
}
