import type { Operation } from '@gatehouse/contract';
import type { Core } from './adapters/core.js';
import { createNodeServer } from './adapters/node.js';
import type { Principal } from './domain/principal.js';
import type { SessionCookie } from './domain/session-cookie.js';
import { type Internals, openStore } from './open-store.js';
import { managementOf } from './runtime/management.js';
import type { Platform } from './runtime/platform.js';
import { systemBindings } from './runtime/system.js';
import type { Clients } from './services/authorization/clients.js';
import type { SigningKeys } from './services/authorization/signing-keys.js';
import type { GrantService } from './services/grants.js';
import type { Jobs } from './services/jobs.js';
import type { KeyService } from './services/keys.js';
import type { MemberService } from './services/members/members.js';
import type { ServiceKeys } from './services/service-keys.js';
import type { SessionService } from './services/sessions.js';
import type { EndingService } from './services/tenants/endings.js';
import type { ExportService } from './services/tenants/export.js';
import type { UserService } from './services/users.js';
import { checkRootSecret, openVault } from './services/vault.js';
import type { Store } from './store/store.js';
import { type Admission, type Knock, admission } from './wiring/admission.js';
import type { GatehouseOptions, Opened } from './wiring/opening.js';
import { wireRuntime } from './wiring/runtime.js';
import { ended, wireServices } from './wiring/services.js';
import { wireSurfaces } from './wiring/surfaces.js';

export type { Admission, GatehouseOptions, Knock };

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
