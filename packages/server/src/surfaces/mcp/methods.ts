import type { Platform } from '../../runtime/platform.js';
import type { Runtime } from '../../runtime/types.js';
import type { ChallengeOf } from '../challenge.js';
import { completes, serverCapabilities } from './server-capabilities.js';
import { complete } from './completions.js';
import { resultIn } from './exchange.js';
import { type PreparedLists, answerList } from './lists.js';
import { listen } from './listen.js';
import type { Means } from './means.js';
import type { Method, Methods } from './method.js';
import type { Offer } from './offer.js';
import { getPrompt } from './prompts.js';
import { readResource } from './resources.js';
import { sessionMethods } from './session-methods.js';
import type { Kind, Subscriptions } from './subscriptions.js';
import { callTool } from './tool-call.js';
import { LEGACY_VERSIONS, MODERN_VERSION } from './versions.js';
import { type Wrapping, legacyWrapping, modernWrapping } from './wrapping.js';

export interface MethodOptions {
  readonly runtime: Runtime;
  readonly platform: Platform;
  readonly offer: Offer;
  readonly means: Means;
  readonly subscriptions: Subscriptions;
  readonly challengeOf: ChallengeOf;
}

/** Capabilities and identity outlive a deployment less often than an hour. */
const DISCOVER_TTL_MS = 3_600_000;

/** What clients that open with `initialize` can call. */
export function legacyMethods(options: MethodOptions): Methods {
  const { sessions } = options.means;
  const empty: Method = ({ id, method }, exchange) => resultIn(exchange, id, '{}', method);
  return new Map<string, Method>([
    ['initialize', initialize(options)],
    ['ping', empty],
    // A public worker sends this notification with an id, and waits.
    ['notifications/initialized', empty],
    ...(sessions === undefined ? [] : sessionMethods({ sessions, subscriptions: options.subscriptions, resources: options.offer.resources })),
    ...offered(options, legacyWrapping()),
  ]);
}

/** What stateless clients can call (2026-07-28). */
export function modernMethods(options: MethodOptions): Methods {
  const wrapping = modernWrapping(options.platform);
  return new Map<string, Method>([
    ['server/discover', discover(options, wrapping)],
    ['subscriptions/listen', listen(options.subscriptions, kindsOf(options.offer))],
    ...offered(options, wrapping),
  ]);
}

function kindsOf({ tools, resources, prompts }: Offer): ReadonlySet<Kind> {
  const all: readonly (readonly [Kind, number])[] = [
    ['tools', tools.size],
    ['resources', resources.size],
    ['prompts', prompts.size],
  ];
  return new Set(all.flatMap(([kind, size]) => (size > 0 ? [kind] : [])));
}

/** The version that is answered binds nobody, for each later request says its own; the session says what the client can be asked. */
function initialize({ platform, offer, means: { sessions } }: MethodOptions): Method {
  const { name, version, mcp } = platform;
  const resultFor = (protocolVersion: string) =>
    JSON.stringify({
      protocolVersion,
      capabilities: serverCapabilities(platform, offer, sessions !== undefined),
      serverInfo: { name, version },
      ...(mcp.instructions === '' ? {} : { instructions: mcp.instructions }),
    });
  const results = new Map(LEGACY_VERSIONS.map((spoken) => [spoken, resultFor(spoken)]));
  const fallback = resultFor(mcp.defaultVersion);
  return ({ id, params, method }, exchange) => {
    const asked = params?.protocolVersion;
    const reply = resultIn(exchange, id, (typeof asked === 'string' ? results.get(asked) : undefined) ?? fallback, method);
    if (sessions === undefined) return reply;
    const session = sessions.issue(exchange.resolution.principal, params?.capabilities);
    return { ...reply, headers: { ...reply.headers, 'mcp-session-id': session } };
  };
}

function discover({ platform, offer }: MethodOptions, { open, close }: Wrapping): Method {
  const { mcp } = platform;
  const instructions = mcp.instructions === '' ? '' : `,"instructions":${JSON.stringify(mcp.instructions)}`;
  const hints = `,"ttlMs":${DISCOVER_TTL_MS},"cacheScope":"public"`;
  const capabilities = JSON.stringify(serverCapabilities(platform, offer, true));
  const result = `{${open}"supportedVersions":${JSON.stringify([MODERN_VERSION])},"capabilities":${capabilities}${instructions}${hints}${close}}`;
  return ({ id, method }, exchange) => resultIn(exchange, id, result, method);
}

/** What both eras serve, as far as the platform has any of it. */
function offered({ runtime, platform, offer, means, challengeOf }: MethodOptions, wrapping: Wrapping): [string, Method][] {
  const { tools, resources, prompts, lists } = offer;
  const options = { runtime, wrapping, means, challengeOf, tools, resources, prompts };
  const list = (method: string, prepared: PreparedLists): [string, Method] => [
    method,
    (request, exchange) => answerList(request, exchange, runtime, prepared, wrapping),
  ];
  const methods: [boolean, ...[string, Method][]][] = [
    [tools.size > 0, list('tools/list', lists.tools), ['tools/call', (request, exchange) => callTool(request, exchange, options)]],
    [
      resources.size > 0,
      list('resources/list', lists.resources),
      list('resources/templates/list', lists.templates),
      ['resources/read', (request, exchange) => readResource(request, exchange, options)],
    ],
    [prompts.size > 0, list('prompts/list', lists.prompts), ['prompts/get', (request, exchange) => getPrompt(request, exchange, options)]],
    [completes(platform), ['completion/complete', (request, exchange) => complete(request, exchange, options)]],
  ];
  return methods.flatMap(([there, ...some]) => (there ? some : []));
}
