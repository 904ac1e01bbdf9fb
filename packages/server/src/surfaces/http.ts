/** HTTP as every surface sees it, whichever server carries it. */
export interface HttpIn {
  readonly method: string;
  /** As sent, without the query; still percent-encoded. */
  readonly path: string;
  /** Without the question mark; empty where there is none. */
  readonly query: string;
  /** One header by its lower-case name. */
  header(name: string): string | undefined;
  /** Whole, already bounded in size; empty where there is none. */
  readonly body: Uint8Array;
  /** The client's address, after trusted proxies. */
  readonly address: string;
  readonly secure: boolean;
  readonly requestId: string;
  readonly signal: AbortSignal;
  /** The name of the cookie that holds a session here. Without it no cookie is a credential. */
  readonly sessionCookie?: string | undefined;
}

/** Text, bytes, or both in order: what is prepared once need not be copied into each answer. null sends none. */
export type WholeBody = string | Uint8Array | readonly (string | Uint8Array)[] | null;

export interface HttpOut {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Values of `Set-Cookie`, beside the one among the headers: each is a line of its own (RFC 6265, section 3). */
  readonly cookies?: readonly string[];
  readonly body: WholeBody | AsyncIterable<Uint8Array>;
  /** For the access log: what was called, by whom, how it ended. Never a secret. */
  readonly log?: LogFields;
}

export interface LogFields {
  readonly operation?: string;
  readonly tenant?: string | null;
  readonly credential?: string;
  /** The program that a person let in. */
  readonly client?: string;
  readonly code?: string;
  readonly reason?: string;
}

export interface Surface {
  readonly name: string;
  handle(request: HttpIn): HttpOut | Promise<HttpOut>;
}
