import { randomBytes, randomUUID } from 'node:crypto';
import type { Operation } from '@gatehouse/contract';
import type { Core } from '../adapters/core.js';
import type { Snapshot } from '../domain/metrics.js';
import type { Caller } from '../domain/principal.js';
import { Seal } from '../domain/seal.js';
import { sessionCookieOf } from '../domain/session-cookie.js';
import type { Internals } from '../open-store.js';
import type { Platform } from '../runtime/platform.js';
import type { Runtime } from '../runtime/types.js';
import { leftBehind } from '../services/left-behind.js';
import { gauge } from '../services/metrics.js';
import { type LineOptions, createMcpSurface } from '../surfaces/mcp/index.js';
import { METRICS_PATH, createMetricsSurface } from '../surfaces/metrics/index.js';
import { createReferenceSurface } from '../surfaces/reference/index.js';
import { REST_ROOT, createRestSurface, failureOut } from '../surfaces/rest/rest.js';
import { withAccount } from './account.js';
import { wireOauth, withOauth } from './authorization.js';
import { nothingHere } from './nothing-here.js';
import type { GatehouseOptions, Opened } from './opening.js';
import { withPublicPages } from './public-pages.js';
import type { Services } from './services.js';
import { withSessions } from './sessions.js';
import { wireSignIn } from './sign-in.js';
import { withTenantHeader } from './tenant-header.js';
import { type Advertised, wireAdvertisement } from './tokens.js';
import { withWebhooks } from './webhooks.js';

interface Behind {
  readonly services: Services;
  readonly runtime: Runtime;
  readonly operations: readonly Operation[];
}

/** All that answers, one around the other. */
export async function wireSurfaces(
  options: GatehouseOptions,
  { store, vault, now, gathering = alone, outside }: Opened,
  { services, runtime, operations }: Behind,
) {
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
