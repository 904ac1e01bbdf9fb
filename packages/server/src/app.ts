import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { Operation } from '@gatehouse/contract';
import type { Core } from './adapters/core.js';
import { createNodeServer } from './adapters/node.js';
import type { Logger } from './adapters/log.js';
import type { Config } from './config.js';
import type { Caller, Principal } from './domain/principal.js';
import type { Snapshot } from './domain/metrics.js';
import { type SessionCookie, sessionCookieOf } from './domain/session-cookie.js';
import { Seal } from './domain/seal.js';
import { type Database, type Internals, openStore } from './open-store.js';
import { managementOf } from './runtime/management.js';
import type { Platform } from './runtime/platform.js';
import { createRuntime } from './runtime/runtime.js';
import { systemBindings } from './runtime/system.js';
import type { Binding, Runtime } from './runtime/types.js';
import type { Clients } from './services/authorization/clients.js';
import type { SigningKeys } from './services/authorization/signing-keys.js';
import { AuthorizationUpkeep } from './services/authorization/upkeep.js';
import { accessFor } from './services/bounded-access.js';
import { createEgress } from './services/egress.js';
import type { GrantService } from './services/grants.js';
import { Idempotency } from './services/idempotency.js';
import { ProviderEvents } from './services/identity/provider-events.js';
import type { Jobs } from './services/jobs.js';
import { KeyService } from './services/keys.js';
import { leftBehind } from './services/left-behind.js';
import { bucketsBy, failureBucket } from './services/limits/buckets.js';
import { limitsOf } from './services/limits/index.js';
import { createMailer } from './services/mail.js';
import type { MemberService } from './services/members/members.js';
import { Metrics, gauge, processReadings } from './services/metrics.js';
import { Outage } from './services/outage.js';
import { siteReadings } from './services/readings.js';
import type { ServiceKeys } from './services/service-keys.js';
import { SessionService } from './services/sessions.js';
import type { EndingService } from './services/tenants/endings.js';
import type { ExportService } from './services/tenants/export.js';
import { UserService } from './services/users.js';
import { type Vault, checkRootSecret, openVault } from './services/vault.js';
import type { Store } from './store/store.js';
import { type LineOptions, createMcpSurface } from './surfaces/mcp/index.js';
import { METRICS_PATH, createMetricsSurface } from './surfaces/metrics/index.js';
import { createReferenceSurface } from './surfaces/reference/index.js';
import { REST_ROOT, createRestSurface, failureOut } from './surfaces/rest/rest.js';
import { withAccount } from './wiring/account.js';
import { type Admission, type Knock, admission } from './wiring/admission.js';
import { wireAuthorization, wireOauth, withOauth } from './wiring/authorization.js';
import { wireCredentials } from './wiring/credentials.js';
import { jobReadings, wireJobs } from './wiring/jobs.js';
import { wireMeans } from './wiring/means.js';
import { wireMembers } from './wiring/members.js';
import { nothingHere } from './wiring/nothing-here.js';
import { withPublicPages } from './wiring/public-pages.js';
import { withSessions } from './wiring/sessions.js';
import { wireSignIn } from './wiring/sign-in.js';
import { type Advertised, wireAdvertisement } from './wiring/tokens.js';
import { withTenantHeader } from './wiring/tenant-header.js';
import { withWebhooks } from './wiring/webhooks.js';

/** Two clocks, for either may stand still: the first while the machine sleeps, the second when it is set back. */
const machineClocks = [() => performance.now(), Date.now];

export interface GatehouseOptions {
  readonly platform: Platform;
  readonly config: Config;
  readonly logger: Logger;
  readonly database: Database;
  /** At least 32 random characters. */
  readonly rootSecret: string;
  /** Unix milliseconds. @default the machine's clock */
  readonly now?: () => number;
  /** What handlers draw by (`context.randomInt`). @default node:crypto's `randomInt` */
  readonly randomInt?: (bound: number) => number;
  /** Shows whoever develops what nobody else is to see, such as a link that signs in. Never called in production. @default standard error */
  readonly print?: (text: string) => void;
}

export type { Admission, Knock };

export interface Gatehouse {
  readonly platform: Platform;
  /** Every operation that is served: the platform's, the management's and the system's. */
  readonly operations: readonly Operation[];
  readonly store: Store;
  readonly keys: KeyService;
  readonly users: UserService;
  readonly sessions: SessionService;
  /** What people allowed programs. */
  readonly grants: GrantService;
  /** Who belongs to which tenant, as what. */
  readonly members: MemberService;
  /** Keys of no tenant. */
  readonly serviceKeys: ServiceKeys;
  /** The end of tenants and of people. */
  readonly endings: EndingService;
  /** What is kept of them, as files. */
  readonly exports: ExportService;
  /** Programs that people let in, and those that wait for it. */
  readonly clients: Clients;
  /** What access tokens are signed with, where they are JWTs. */
  readonly signingKeys: SigningKeys;
  /** Work that is done after calls. */
  readonly jobs: Jobs;
  /** The cookie that a browser keeps a session in. */
  readonly sessionCookie: SessionCookie;
  /** HTTP without a network: what every adapter calls. */
  readonly handle: Core['handle'];
  /** Starts to listen, and settles with the URL. */
  listen(): Promise<string>;
  close(): Promise<void>;
  /** Who is calling? For a host application that serves HTTP itself. At once where the credential is known already. */
  authenticate(knock: Knock): Admission | Promise<Admission>;
  /** Whether this principal may do what asks for `scope`. */
  allow(principal: Principal, scope: string): boolean;
}

/** Opens the store, wires every layer, and answers when calls can be served. The only place that knows all of them. */
export function openGatehouse(options: GatehouseOptions): Promise<Gatehouse> {
  return openWithin(options, {});
}

/** As `openGatehouse`, for the command line and the tests of this package. */
export async function openWithin(options: GatehouseOptions, internals: Internals): Promise<Gatehouse> {
  const { platform, logger, database, rootSecret, now = Date.now } = options;
  const vault = openVault(rootSecret);
  const { store, release } = await openStore(database, { ...internals, tables: platform.tables, now, ownClock: options.now !== undefined, log: logger.log });
  try {
    await checkRootSecret(vault, store.meta);
    const gatehouse = await wire(options, { store, vault, now, gathering: internals.gathering, outside: internals.outside });
    return { ...gatehouse, close: () => gatehouse.close().finally(release) };
  } catch (error) {
    await store.close();
    release();
    throw error;
  }
}

interface Opened {
  readonly store: Store;
  readonly vault: Vault;
  readonly now: () => number;
  readonly gathering: Internals['gathering'];
  readonly outside: Internals['outside'];
}

async function wire(options: GatehouseOptions, opened: Opened): Promise<Gatehouse> {
  const { platform, config, logger } = options;
  const { store, now } = opened;
  const own = platform.operations.map(({ op }) => op);
  const bindings = [...systemBindings(platform, () => store.ping(), own), ...managementOf(platform.tenancy), ...platform.operations];
  const operations = bindings.map(({ op }) => op);
  const services = await wireServices(options, opened, operations);
  const runtime = wireRuntime(options, services, bindings, store, now);
  const { core, cookie, challengeOf, endStreams, signIn } = await wireSurfaces(options, opened, { services, runtime, operations });
  const server = createNodeServer(core, config, logger, now);
  return {
    platform,
    operations,
    store,
    keys: services.keys,
    users: services.users,
    sessions: services.sessions,
    grants: services.grants,
    members: services.members,
    serviceKeys: services.serviceKeys,
    endings: services.endings,
    exports: services.exports,
    clients: services.authorization.clients,
    signingKeys: services.authorization.signingKeys,
    jobs: services.jobs,
    sessionCookie: cookie,
    handle: core.handle,
    listen: async () => {
      services.jobs.start();
      const url = await server.listen();
      services.listensAt(url);
      services.addresses.listensAt(url);
      return url;
    },
    async close() {
      endStreams();
      await server.close();
      await services.jobs.close();
      await signIn.close();
      await ended(services);
      await store.close();
    },
    authenticate: admission(platform, runtime, challengeOf),
    allow: ({ rights }, scope) => rights.covers(scope),
  };
}

/** What is under way beside the calls, to its end. */
async function ended({ outage, lastUsed, grantsUsed, idempotency, sessions, upkeep, limits }: Services): Promise<void> {
  outage.close();
  for (const each of [lastUsed, grantsUsed, idempotency, sessions, upkeep, limits]) await each.close();
}

interface Behind {
  readonly services: Services;
  readonly runtime: Runtime;
  readonly operations: readonly Operation[];
}

/** All that answers, one around the other. */
async function wireSurfaces(options: GatehouseOptions, { store, vault, now, gathering = alone, outside }: Opened, { services, runtime, operations }: Behind) {
  const { platform, config, logger } = options;
  const { publicUrl } = config;
  const line: LineOptions = {
    sealFor: (purpose) => new Seal(vault.subKey(purpose), randomBytes),
    signals: store.signals,
    onChange: (listener) => store.changes.onChange(listener),
    newId: randomUUID,
    now,
    log: logger.log,
  };
  const asking = {
    authenticate: (caller: Caller) => runtime.authenticate(caller),
    outOfReach: (error: unknown) => services.outage.note(error),
  };
  const advertised = wireAdvertisement(platform, config, operations);
  const { core, endStreams, openStreams } = coreOf({ platform, runtime, operations, line, advertised });
  services.metrics.watch(gauge('gatehouse_streams_open', 'Streams to MCP clients that are open.', openStreams));
  const cookie = sessionCookieOf(publicUrl);
  const named = withTenantHeader(core, platform.tenantHeader, asking.authenticate);
  const served = withWebhooks(withSessions(named, { ...services, changes: isMcp, cookie, publicUrl, runtime, operations, now }), services);
  const oauth = wireOauth(
    {
      ...{ platform, vault, store, cookie, publicUrl, authorization: services.authorization, ...asking },
      denial: (resolution, caller) => runtime.denial(resolution, caller),
      take: (buckets, cost, at) => services.limits.take(buckets, cost, at),
    },
    core.refuse,
  );
  const signIn = await wireSignIn({ ...services, ...services.means, options, store, vault, runtime, cookie, now, outside });
  const account = withAccount(withOauth(served, oauth), {
    ...{ platform, cookie, publicUrl, ...asking },
    invitationOf: (token) => services.invitations.ofToken(token),
    accessFor: (principal, caller) => services.access(principal, (resolution) => runtime.denial(resolution, caller)),
  });
  const measured = withMetrics(
    withPublicPages(signIn.around(account), { ...services, platform, store, vault, now, log: logger.log }),
    options,
    gathering(() => services.metrics.snapshot()),
  );
  return { core: { ...measured, expected: leftBehind }, cookie, challengeOf: advertised.challengeOf, endStreams, signIn };
}

async function wireServices(options: GatehouseOptions, { store, vault, now, outside }: Opened, operations: readonly Operation[]) {
  const { platform, config, logger } = options;
  const { log } = logger;
  const { tenancy, keys: settings } = platform;
  platform.checkSettings({ settings: config.settings, development: config.development });
  const outage = new Outage({ ping: () => store.ping(), log, elapsed: () => performance.now() });
  const limits = limitsOf({ ledger: store.ledger, now, clocks: options.now === undefined ? machineClocks : [now], log, outage });
  await limits.load();
  const egress = outside?.egress ?? createEgress({ allowLoopback: config.development });
  const credentials = wireCredentials({ platform, config, store, outage, operations, egress, now, log });
  const { lastUsed, grants, authenticator, providers } = credentials;
  const rules = { ...settings, newId: settings.id ?? randomUUID, scopes: platform.scopes };
  const keys = new KeyService({ store, lastUsed, random: randomBytes, now, rules });
  const users = new UserService({ store, now, newId: randomUUID, ownerRole: tenancy.ownerRole, plans: Object.keys(tenancy.plans) });
  const failed = (event: string, error: unknown): void => {
    if (outage.note(error) === undefined) log({ event, error });
  };
  const idempotency = new Idempotency({ store: store.idempotency, now, failed });
  const sessions = new SessionService({ store, key: vault.subKey('session refresh'), random: randomBytes, newId: randomUUID, now, failed, log });
  const metrics = new Metrics();
  metrics.watch(...processReadings(now), ...siteReadings({ store, authenticator, outage, now }));
  const { means, addresses } = wireMeans({ config, store, vault, egress, randomInt: options.randomInt ?? ((bound) => randomInt(bound)), now });
  const jobs = wireJobs({ platform, means, store, now, metrics, outage, log });
  metrics.watch(...jobReadings(jobs));
  const mailer = config.signIn.mail && createMailer({ ...config.signIn.mail, log });
  const { listensAt, ...membership } = wireMembers({ options, store, limits, jobs, mailer, now });
  const access = accessFor({ store, keys, sessions, grants, authenticator, tenancy, ...membership });
  const providerEvents = new ProviderEvents({ providers, store, now, log });
  const upkeep = new AuthorizationUpkeep({ store, now, failed });
  const authorization = wireAuthorization({ platform, config, store, vault, egress, operations, now, log });
  return {
    ...credentials,
    limits,
    outage,
    keys,
    users,
    sessions,
    idempotency,
    metrics,
    providerEvents,
    jobs,
    means,
    access,
    authorization,
    upkeep,
    mailer,
    ...membership,
    listensAt,
    addresses,
  };
}

type Services = Awaited<ReturnType<typeof wireServices>>;

function wireRuntime(
  { platform, config, logger: { log } }: GatehouseOptions,
  services: Services,
  bindings: readonly Binding[],
  store: Store,
  now: () => number,
): Runtime {
  const { authenticator, limits, outage, principals, access, idempotency, metrics, jobs, means } = services;
  const { tenancy } = platform;
  return createRuntime({
    bindings,
    authenticate: (caller) => authenticator.resolve(caller),
    anonymous: principals.anonymous,
    bucketsOf: bucketsBy(tenancy),
    failureBucket: (address) => failureBucket(address, config.failedAuthPerMinute),
    keysIn: platform.keys.accept,
    take: (buckets, cost, at) => limits.take(buckets, cost, at),
    outOfReach: (error) => outage.note(error),
    store,
    idempotency,
    metrics,
    addJob: (work, delayMs) => jobs.add(work, delayMs),
    wakeJobs: () => jobs.wake(),
    means,
    accessFor: access,
    newId: randomUUID,
    now,
    log,
  });
}

interface Serving {
  readonly core: Core;
  readonly endStreams: () => void;
  readonly openStreams: () => number;
}

interface Served {
  readonly platform: Platform;
  readonly runtime: Runtime;
  readonly operations: readonly Operation[];
  readonly line: LineOptions;
  readonly advertised: Advertised;
}

function coreOf({ platform, runtime, operations, line, advertised: { challengeOf, around } }: Served): Serving {
  const rest = createRestSurface({ runtime, platform, operations, challengeOf });
  const mcp = createMcpSurface({ runtime, platform, operations, line, challengeOf });
  const refuse: Core['refuse'] = (failure, request) => {
    if (isMcp(request.path)) return mcp.refuse(failure, request);
    return failureOut(failure, { platform, requestId: request.requestId, challenge: challengeOf(failure, request) });
  };
  const nothing = nothingHere(platform, `REST lives under ${REST_ROOT}, MCP at /mcp.`, refuse);
  const reference = createReferenceSurface({ runtime, platform, operations, root: REST_ROOT, refuse });
  const core: Core = {
    refuse,
    handle(request) {
      if (isMcp(request.path)) return mcp.handle(request);
      if (reference.serves(request.path)) return reference.handle(request);
      if (request.path.startsWith(`${REST_ROOT}/`)) return rest.handle(request);
      return nothing(request);
    },
  };
  return { core: around(core), endStreams: () => mcp.close(), openStreams: () => mcp.openStreams };
}

/** One process that serves by itself has measured everything. */
const alone: NonNullable<Internals['gathering']> = (own) => async () => own();

/** The same, with `/metrics` beside it. */
function withMetrics(core: Core, { config }: GatehouseOptions, gather: () => Promise<Snapshot>): Core {
  const metrics = createMetricsSurface({
    gather,
    token: config.metricsToken,
    proxied: config.publicUrl !== undefined || config.trustProxy.length > 0,
    refuse: core.refuse,
  });
  return { ...core, handle: (request) => (request.path === METRICS_PATH ? metrics.handle(request) : core.handle(request)) };
}

const isMcp = (path: string) => path === '/mcp' || path === '/mcp/';
