import type { Answers, Capability, ClientLine, ClientRequests, LogLevel } from '../../runtime/client.js';

/** RFC 5424, section 6.2.1, the least first. */
export const LEVELS: readonly LogLevel[] = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'];

/** A level as its place among them; -1 where it is none. */
export function levelOf(level: unknown): number {
  return (LEVELS as readonly unknown[]).indexOf(level);
}

/** What a line tells by: the stream that answers the call, opened when it is first needed. */
export interface Telling {
  /** Sends a notification; what the client does not take, or reads too slowly for, is dropped. */
  tell(method: string, params: object): void;
  /** `_meta.progressToken`, as it came. */
  readonly progressToken: unknown;
  /** Index of the least level that is told; undefined: none is. */
  readonly level: number | undefined;
}

/** What both eras have in common: work that is told of goes over the stream of the call. */
export abstract class Line implements ClientLine {
  readonly #telling: Telling;
  #done = Number.NEGATIVE_INFINITY;

  constructor(telling: Telling) {
    this.#telling = telling;
  }

  abstract readonly kept: unknown;
  abstract can(what: Capability): boolean;
  abstract ask<Asked extends ClientRequests>(requests: Asked, options?: { readonly keep?: unknown }): Promise<Answers<Asked>>;

  /** What is no progress over what was told before is not told (Progress, Progress Flow). */
  progress(done: number, of?: number, message?: string): void {
    const { progressToken } = this.#telling;
    if ((typeof progressToken !== 'string' && typeof progressToken !== 'number') || !(done > this.#done)) return;
    this.#done = done;
    this.#telling.tell('notifications/progress', { progressToken, progress: done, total: of, message });
  }

  log(level: LogLevel, data: unknown, logger?: string): void {
    const least = this.#telling.level;
    if (least !== undefined && levelOf(level) >= least) this.#telling.tell('notifications/message', { level, logger, data: data ?? null });
  }
}
