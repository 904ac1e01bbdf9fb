import type { Failure } from '@gatehouse/contract';
import type { Caller, Resolution } from '../../domain/principal.js';
import type { SessionCookie } from '../../domain/session-cookie.js';
import type { Bucket, Verdict } from '../../domain/window.js';
import type { KeyClients } from '../../services/authorization/client-credentials.js';
import type { Clients } from '../../services/authorization/clients.js';
import type { Consent } from '../../services/authorization/consent.js';
import type { TokenIssuer } from '../../services/authorization/issue.js';
import type { RefreshGrant } from '../../services/authorization/refresh.js';
import type { SigningKeys } from '../../services/authorization/signing-keys.js';
import type { KeptAnswers } from '../../services/kept-answers.js';
import type { Store } from '../../store/store.js';
import type { HttpIn, HttpOut } from '../http.js';

/** What the authorization server is made of. */
export interface Authorization {
  readonly clients: Clients;
  /** Whether programs may come with the address of their metadata document for an id. */
  readonly documents: boolean;
  readonly consent: Consent;
  readonly tokens: TokenIssuer;
  readonly refresh: RefreshGrant;
  readonly keyClients: KeyClients;
  readonly signingKeys: SigningKeys;
  /** Every scope that tokens can hold. */
  readonly scopes: readonly string[];
  /** The way out, for the keys of programs that sign. */
  readonly fetch: (url: string, options?: object) => Promise<Response>;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Unix milliseconds, by the machine's clock. */
  readonly machineNow: () => number;
  readonly log: (event: object) => void;
}

export interface OauthOptions extends Authorization {
  readonly store: Store;
  readonly platform: { readonly title: string; readonly scopeTexts: Readonly<Record<string, string>>; readonly keys: { readonly prefix: string } };
  readonly publicUrl: string | undefined;
  readonly cookie: SessionCookie;
  /** 32 bytes of which nobody else knows: the cookies of requests that wait derive from it. */
  readonly interactionKey: Uint8Array;
  /** Where answers of people led, by the id of what they answered. */
  readonly answers: KeptAnswers;
  /** How long a grant lasts that nobody uses. */
  readonly grantDays: number;
  readonly authenticate: (caller: Caller) => Resolution | Promise<Resolution>;
  readonly denial: (resolution: Exclude<Resolution, { is: 'ok' }>, caller: Caller) => Failure | Promise<Failure>;
  readonly take: (buckets: readonly Bucket[], cost: number, now: number) => Verdict | undefined | Promise<Verdict | undefined>;
  readonly registrationBucket: (address: string) => Bucket;
  /** Takes note of an error that says that the database is out of reach. */
  readonly outOfReach: (error: unknown) => { readonly retryAfterSeconds: number } | undefined;
  readonly refuse: (failure: Failure, request: Pick<HttpIn, 'path' | 'requestId' | 'header'>) => HttpOut;
}
