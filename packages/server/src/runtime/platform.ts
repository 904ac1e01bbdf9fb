import type { CredentialKind, Failure, Refusal } from '@gatehouse/contract';
import type { Authorization } from '../domain/authorization.js';
import type { TableDef } from '../domain/tables.js';
import type { KeyView } from '../services/access.js';
import type { IdentityProvider } from '../services/identity/provider.js';
import type { Tenancy } from '../services/tenancy.js';
import type { Unit } from '../store/unit.js';
import type { JobBinding, JobContext } from './jobs.js';
import type { PageBinding } from './pages.js';
import type { Binding } from './types.js';

/** How this platform's API keys look and what they open. */
export interface KeySettings {
  /** `nen_`. Everything that starts with it is claimed as a key. */
  readonly prefix: string;
  /** `nps_`: of keys of no tenant, which the operator makes. They open what asks for neither tenant nor scope. @default there are none */
  readonly servicePrefix?: string;
  /** The last 8 of the 64 hex digits are the CRC-32 of what is before them. */
  readonly checksum: boolean;
  /** What a key made without scopes holds; read once, at mint. `full` is stored as `*`. */
  readonly whenNoScopes: 'none' | 'full';
  /** Characters of the raw key that are kept for display. */
  readonly displayLength: number;
  /** A new key's id. @default a UUID */
  readonly id?: () => string;
  /** Headers a key may come in. @default both */
  readonly accept?: readonly ('authorization' | 'x-api-key')[];
}

/** The platform's own wire shapes. */
export interface Presenters {
  /** The body of a failed REST call. */
  rest(failure: Failure, requestId: string): object;
  /**
   * A failure on `/mcp` that is answered as a plain body with an HTTP status, where a platform's documents say so; undefined: as JSON-RPC has
   * it. Within a batch all are JSON-RPC.
   */
  mcp?(failure: Failure, requestId: string): { readonly status: number; readonly body: object } | undefined;
  /** A key just made, with the raw key, once. */
  keyCreated(key: KeyView, raw: string): object;
  keyListed(key: KeyView): object;
}

export interface McpSettings {
  /** Answered to an `initialize` that names no version, or one we do not speak. @default '2025-11-25' */
  readonly defaultVersion?: string;
  /** Status of an accepted notification. @default 202 */
  readonly notificationStatus?: 202 | 204;
  /**
   * Whether clients that open with `initialize` are given a session, in which they are told what has changed, and can be asked. Without, they are
   * told in the answer to a call alone, and no log messages. @default true
   */
  readonly sessions?: boolean;
  /** How to use this server, for the model. */
  readonly instructions?: string;
  /**
   * What tools say of their outputs: every field, or whether it is an object or of which kind, no more. Models pay for each word of every tool
   * in each conversation; with many tools the outline is worth it. Outputs are the same, and checked against the whole schema. @default 'full'
   */
  readonly outputSchemas?: 'full' | 'outline';
}

/** The description of this API, for programs (OpenAPI) and for people. */
export interface ReferenceSettings {
  /** Who may read `GET /api/v1/openapi.json`: everyone, whoever has any credential that is good here, nobody. @default 'public' */
  readonly document?: 'public' | 'credential' | 'off';
  /** Whether a page at `/docs` shows it, to everyone. @default whether everyone may read the document */
  readonly page?: boolean;
}

/** How people sign in on pages of our own: by a link in an e-mail, and with the providers that the configuration names. */
export interface SignInSettings {
  /** Whether whoever can read an e-mail address may sign in with it for the first time, or only people who are known already. @default 'welcome' */
  readonly newcomers?: 'welcome' | 'refused';
}

export type Settings = Readonly<Record<string, string | undefined>>;

export interface IdentitySettings {
  readonly settings: Settings;
  /** Bound to loopback without a public URL. */
  readonly development: boolean;
}

/** One tenant, and whose it is. */
export interface SeedContext<Database = never> {
  /** null: of the tenant alone. */
  readonly user: string | null;
  /** As in a handler's context. All that a seed makes is one unit, or several. */
  tx<T>(work: (unit: Unit<Database>) => Promise<T>): Promise<T>;
  /** As in a handler's context. Where nothing is served now, it is done when something is. */
  enqueue: JobContext['enqueue'];
  now(): number;
  id(): string;
  /** Which of the platform's `samples` was asked for; absent: the first. */
  readonly sample?: string;
}

/** Answers how many it made of each kind; refuses where the tenant is no place for it, such as one that has data. */
export type Seed = (context: never) => Promise<Readonly<Record<string, number>> | Refusal>;

export interface PlatformSpec {
  /** Lower case; `serverInfo.name`. */
  readonly name: string;
  readonly version: string;
  readonly title?: string;
  readonly scopes: readonly string[];
  readonly keys: KeySettings;
  /** Names of the environment's settings that the platform reads: `identity`, and its handlers and jobs from their contexts. */
  readonly settings?: readonly string[];
  /** Looks at them once, at start; what it throws says what is wrong, by the setting's name, and nothing starts. */
  readonly checkSettings?: (from: IdentitySettings) => void;
  /** Identity providers whose tokens are accepted. */
  readonly identity?: (from: IdentitySettings) => readonly IdentityProvider[];
  readonly tenancy?: Partial<Tenancy>;
  /** Pages where people sign in. @default on */
  readonly signIn?: SignInSettings | false;
  /** Who hands out the OAuth tokens that are good here. @default our own authorization server where people sign in here, else nobody */
  readonly authorization?: Authorization;
  /** What a scope allows, in words for the page where people grant it: `Read tickets`. @default made from its name */
  readonly scopeTexts?: Readonly<Record<string, string>>;
  readonly tables: readonly TableDef[];
  readonly operations: readonly Binding[];
  /** Work that is done after the calls that ask for it. */
  readonly jobs?: readonly JobBinding[];
  /** Pages of each tenant that anybody may look at, outside of the API. */
  readonly pages?: readonly PageBinding[];
  readonly present?: Partial<Presenters>;
  readonly mcp?: McpSettings;
  /** Which credentials open `/mcp`. @default all */
  readonly mcpBy?: readonly CredentialKind[];
  readonly reference?: ReferenceSettings;
  /** A header in which callers may name their tenant, lower case: where it is sent, it must be theirs, else 403. @default none */
  readonly tenantHeader?: string;
  /** Whether `GET /api/v1/version` answers without a credential. @default false */
  readonly publicVersion?: boolean;
  /** Fills one tenant with something to look at: `gatehouse seed`. */
  readonly seed?: Seed;
  /** Names of what `seed` can fill a tenant with, where that is not always the same. @default none */
  readonly samples?: readonly string[];
}

/** A checked platform, with every default filled in. */
export interface Platform extends Required<Omit<PlatformSpec, 'keys' | 'tenancy' | 'present' | 'mcp' | 'reference' | 'seed' | 'signIn' | 'tenantHeader'>> {
  readonly keys: KeySettings & Required<Pick<KeySettings, 'accept'>>;
  readonly seed?: Seed;
  readonly tenantHeader?: string;
  readonly tenancy: Tenancy;
  readonly present: Presenters;
  readonly mcp: Required<McpSettings>;
  readonly reference: Required<ReferenceSettings>;
  readonly signIn: Required<SignInSettings> | false;
}
