import { refuse } from '@gatehouse/contract';
import type { Answers, Capability, ClientRequest, ClientRequests } from '../../runtime/client.js';
import type { Answered } from './asks.js';
import { Line, type Telling } from './line.js';
import { lacking } from './missing-capability.js';

export interface SessionLineOptions {
  /** What the session's client can be asked; nothing where there is no session, or no stream to ask over. */
  readonly can: ReadonlySet<Capability>;
  ask(request: ClientRequest<unknown>): Promise<Answered>;
}

/** A client of the initialize era is asked over the stream of its call, and answers with a message of its own. */
export class SessionLine extends Line {
  readonly #options: SessionLineOptions;
  #kept: unknown;
  #asked = 0;

  constructor(telling: Telling, options: SessionLineOptions) {
    super(telling);
    this.#options = options;
  }

  get kept(): unknown {
    return this.#kept;
  }

  get asking(): boolean {
    return this.#asked > 0;
  }

  can(what: Capability): boolean {
    return this.#options.can.has(what);
  }

  async ask<Asked extends ClientRequests>(requests: Asked, options: { readonly keep?: unknown } = {}): Promise<Answers<Asked>> {
    const missing = lacking(requests, (what) => this.can(what));
    if (missing !== undefined) throw missing;
    const answers = await Promise.all(Object.entries(requests).map(async ([name, request]) => [name, await this.#one(name, request)] as const));
    if ('keep' in options) this.#kept = options.keep;
    return Object.fromEntries(answers) as Answers<Asked>;
  }

  async #one(name: string, request: ClientRequest<unknown>): Promise<unknown> {
    this.#asked += 1;
    const answered = await this.#options.ask(request).finally(() => {
      this.#asked -= 1;
    });
    if (!answered.ok) throw refuse('missing_capability', `The client did not answer what this call asked (${name}): ${answered.text}`);
    const read = request.read(answered.result);
    if (read.ok) return read.value;
    const [issue] = read.issues;
    throw refuse('invalid_input', `The client's answer to ${name} does not fit: ${issue?.path ?? ''} ${issue?.message ?? ''}`, { fields: read.issues });
  }
}
