export {
  type CredentialKind,
  type ErrorCode,
  type Failure,
  type Operation,
  Refusal,
  type ResourceRoute,
  bytes,
  contentBlock,
  defineOperation,
  download,
  expiry,
  isoSeconds,
  people,
  promptMessages,
  readContents,
  refuse,
  refuseField,
  timestamp,
  toolContent,
} from '@gatehouse/contract';
export { type Log, type Logger, type LoggerOptions, createLogger } from './adapters/log.js';
export { type Admission, type Gatehouse, type GatehouseOptions, type Knock, openGatehouse } from './app.js';
export { type Config, ConfigError, type Environment, type Flags, readConfig } from './config.js';
export { type Authorization, type ExternalAuthorization, type NoAuthorization, type OwnAuthorization, external } from './domain/authorization.js';
export { Html, type Piece, html } from './domain/html.js';
export type { Principal, Rights } from './domain/principal.js';
export { type Column, type TableDef, type TableOptions, col, tenantTable } from './domain/tables.js';
export type { Database } from './open-store.js';
export { type Elicited, type SampleParams, elicit, roots, sample } from './runtime/asking.js';
export { type Bind, bindTo } from './runtime/bind.js';
export type { Answers, Capability, ClientLine, ClientRequest, ClientRequests, LogLevel } from './runtime/client.js';
export { PlatformError, definePlatform, failureBody } from './runtime/define-platform.js';
export { type BindJob, type Enqueueing, type Job, type JobBinding, type JobContext, type JobHandler, bindJobsTo } from './runtime/jobs.js';
export type { PlatformMeans, Sealed } from './runtime/means.js';
export { requested } from './runtime/management.js';
export { type SeedingOptions, seedingOf } from './runtime/seeding.js';
export {
  type BindPage,
  type Onward,
  type PageAnswer,
  type PageBinding,
  type PageContext,
  type PageHandler,
  type PublicPage,
  bindPagesTo,
} from './runtime/pages.js';
export type {
  IdentitySettings,
  KeySettings,
  McpSettings,
  Platform,
  PlatformSpec,
  Presenters,
  ReferenceSettings,
  Seed,
  SeedContext,
  SignInSettings,
} from './runtime/platform.js';
export type { Binding, Completer, Context, Handler } from './runtime/types.js';
export type { Access, KeyAccess, KeyView, MintedKey, NewKey } from './services/access.js';
export { EgressError } from './services/egress-body.js';
export type { Egress, EgressAnswer, EgressFailure, EgressRequest, EgressStream, EgressStreaming } from './services/egress.js';
export { type ClerkOptions, clerk } from './services/identity/clerk.js';
export { type OidcOptions, oidc } from './services/identity/oidc.js';
export type { Identity, IdentityProvider, ProviderEvent, WebhookMessage, WebhookReading } from './services/identity/provider.js';
export { type LimitSettings, type Plan, type Role, type Tenancy, defaultTenancy } from './services/tenancy.js';
export { ConstraintError, type Violation } from './store/constraint-error.js';
export type { DatabaseOf, RowOf, Snapshot, TenantDb, Unit } from './store/unit.js';
