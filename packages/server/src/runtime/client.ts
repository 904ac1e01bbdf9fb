import { type JsonSchema, type Parsed, refuse } from '@gatehouse/contract';

/** What a client can be asked for, as far as it says that it can. */
export type Capability = 'elicitation' | 'sampling' | 'roots';

/** RFC 5424, section 6.2.1, as MCP names them. */
export type LogLevel = 'debug' | 'info' | 'notice' | 'warning' | 'error' | 'critical' | 'alert' | 'emergency';

/** Something asked of the client, and how its answer is read. */
export interface ClientRequest<Answer> {
  readonly method: 'elicitation/create' | 'sampling/createMessage' | 'roots/list';
  readonly needs: Capability;
  readonly params: JsonSchema;
  /** Checks what came back. What does not pass is asked for again, or refused. */
  readonly read: (raw: unknown) => Parsed<Answer>;
}

export type ClientRequests = Readonly<Record<string, ClientRequest<unknown>>>;

export type Answers<Asked extends ClientRequests> = {
  readonly [Name in keyof Asked]: Asked[Name] extends ClientRequest<infer Answer> ? Answer : never;
};

/** The program at the other end of a call, and the person before it, as far as the surface lets them be reached. */
export interface ClientLine {
  can(what: Capability): boolean;
  /**
   * Asks all of them at once, and settles when all are answered. A stateless client answers by calling anew: then the handler
   * runs again from its beginning, and this settles at once. So ask before anything is changed, and never within `tx`.
   * @param keep what the run after the answer shall find in `kept`; travels sealed through the client, bound to this caller
   * @throws {Refusal} where this caller cannot be asked
   */
  ask<Asked extends ClientRequests>(requests: Asked, options?: { readonly keep?: unknown }): Promise<Answers<Asked>>;
  /** Whether a person or program is being waited for now: that time is nobody's fault here. */
  readonly asking?: boolean;
  /** What the last `ask` of this call was given to keep; undefined before. */
  readonly kept: unknown;
  /** Told to a client that asked to be told. Costs nothing where none listens. */
  progress(done: number, of?: number, message?: string): void;
  log(level: LogLevel, data: unknown, logger?: string): void;
}

/** For surfaces that cannot reach back. */
export const noClient: ClientLine = {
  can: () => false,
  ask: () =>
    Promise.reject(
      refuse('missing_capability', 'This call has to ask its user something, which this way of calling does not allow.', {
        next: 'Call it as an MCP tool, from a client that can ask its user.',
      }),
    ),
  kept: undefined,
  progress: () => undefined,
  log: () => undefined,
};
