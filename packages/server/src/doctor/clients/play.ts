import type { Fault } from './fault.js';
import type { Wire } from './wire.js';

/** The server under examination. */
export interface Target {
  /** `https://mcp.example.com` */
  readonly origin: string;
  /** Where MCP is served, without a slash at its end. */
  readonly mcp: string;
}

/** What the 401 said (RFC 6750, section 3; RFC 9728, section 5.1). */
export interface Challenge {
  readonly metadataUrl?: string;
  readonly scope?: string;
}

/** RFC 9728, section 2. */
export interface ResourceMetadata {
  readonly resource: string;
  readonly servers: readonly string[];
}

/** RFC 8414, section 2. */
export interface ServerMetadata {
  readonly issuer: string | undefined;
  readonly authorization: string;
  readonly token: string;
  readonly registration: string | undefined;
  readonly revocation: string | undefined;
  /** undefined: not said. */
  readonly authMethods: readonly string[] | undefined;
  readonly scopes: readonly string[];
  /** Whether it takes the address of a metadata document for a client's id. */
  readonly documents: boolean;
  /** Whether its authorization responses name it (RFC 9207). */
  readonly namesItself: boolean;
}

/** RFC 7591, section 3.2.1. */
export interface Registered {
  readonly id: string;
  readonly secret: string | undefined;
  readonly method: string;
}

/** An authorization request that the server took. */
export interface Asked {
  readonly url: string;
  readonly redirectUri: string;
  readonly state: string;
  readonly verifier: string;
  readonly resource: string | undefined;
}

export interface Tokens {
  readonly access: string;
  readonly refresh: string;
}

/** What earlier steps learnt. */
export interface Found {
  readonly challenge?: Challenge;
  readonly resource?: ResourceMetadata;
  readonly server?: ServerMetadata;
  readonly registered?: Registered;
  readonly asked?: Asked;
  readonly code?: string;
  readonly tokens?: Tokens;
}

export interface Play {
  readonly target: Target;
  readonly wire: Wire;
  readonly found: Found;
  /** The cookie of a signed-in person, `name=value`. */
  readonly cookie: string | undefined;
  /** URL-safe text that nobody guesses. */
  readonly secret: () => string;
}

/** Something that a client does, or counts on. A client is a table of these, in its own order. */
export interface Step {
  /** Stable: scripts read it. */
  readonly name: string;
  /** It needs somebody who is signed in. */
  readonly signedIn?: true;
  /** It needs a server that reaches the internet. */
  readonly online?: true;
  run(play: Play): Promise<Fault | Found>;
}

/** What a step before must have found. @throws where the table has them in the wrong order */
export function known<Name extends keyof Found>(found: Found, name: Name): NonNullable<Found[Name]> {
  const value = found[name];
  if (value === undefined || value === null) throw new Error(`A step needs "${name}", which no step before it finds`);
  return value;
}
