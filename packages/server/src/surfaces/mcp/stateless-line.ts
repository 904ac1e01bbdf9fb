import { type Refusal, refuse } from '@gatehouse/contract';
import type { Answers, Capability, ClientRequest, ClientRequests } from '../../runtime/client.js';
import { Line, type Telling } from './line.js';
import { lacking } from './missing-capability.js';
import type { JsonObject } from './message.js';
import type { RequestState } from './request-state.js';

/** What a call cannot go on without. */
export interface Wanted {
  /** Thrown through the handler; the outcome of a call that ends with it is what is wanted. */
  readonly refusal: Refusal;
  readonly requests: ClientRequests;
  readonly state: RequestState;
}

export interface StatelessOptions {
  readonly can: ReadonlySet<Capability>;
  /** `inputResponses`, as they came. */
  readonly responses: JsonObject;
  readonly state: RequestState | undefined;
}

/** A client of 2026-07-28 answers by calling anew: `ask` settles at once, or ends this run (Multi Round-Trip Requests). */
export class StatelessLine extends Line {
  readonly #options: StatelessOptions;
  readonly #answered: Record<string, unknown>;
  wanted: Wanted | undefined;

  constructor(telling: Telling, options: StatelessOptions) {
    super(telling);
    this.#options = options;
    this.#answered = { ...options.state?.answers };
  }

  get kept(): unknown {
    return this.#options.state?.kept;
  }

  can(what: Capability): boolean {
    return this.#options.can.has(what);
  }

  async ask<Asked extends ClientRequests>(requests: Asked, options: { readonly keep?: unknown } = {}): Promise<Answers<Asked>> {
    const answers: Record<string, unknown> = {};
    const open: Record<string, ClientRequest<unknown>> = {};
    for (const [name, request] of Object.entries(requests)) if (!this.#answer(name, request, answers)) open[name] = request;
    if (Object.keys(open).length === 0) return answers as Answers<Asked>;
    const missing = lacking(open, (what) => this.can(what));
    if (missing !== undefined) throw missing;
    const refusal = refuse('missing_capability', 'This call waits for answers of its client.');
    this.wanted = { refusal, requests: open, state: { answers: this.#answered, kept: 'keep' in options ? options.keep : this.kept } };
    throw refusal;
  }

  /** What has just come goes before what came earlier; what does not fit is no answer. */
  #answer(name: string, request: ClientRequest<unknown>, answers: Record<string, unknown>): boolean {
    for (const from of [this.#options.responses, this.#options.state?.answers ?? {}]) {
      if (!Object.hasOwn(from, name)) continue;
      const read = request.read(from[name]);
      if (!read.ok) continue;
      this.#answered[name] = from[name];
      answers[name] = read.value;
      return true;
    }
    return false;
  }
}
