import type { Platform } from '../../runtime/platform.js';
import type { Runtime } from '../../runtime/types.js';
import { type Exchange, faultIn, logOf, resultIn } from './exchange.js';
import type { Request } from './message.js';
import { type Reply, jsonHeaders } from './reply.js';
import { callTool } from './tool-call.js';
import type { Tool, ToolLists } from './tools.js';
import { LEGACY_VERSIONS, MODERN_VERSION } from './versions.js';
import { type Wrapping, legacyWrapping, modernWrapping } from './wrapping.js';

/** One JSON-RPC method. Its parameters are an object already. */
export type Method = (request: Request, exchange: Exchange) => Reply | Promise<Reply>;
export type Methods = ReadonlyMap<string, Method>;

export interface MethodOptions {
  readonly runtime: Runtime;
  readonly platform: Platform;
  readonly tools: ReadonlyMap<string, Tool>;
  readonly lists: ToolLists;
}

/** Capabilities and identity outlive a deployment less often than an hour. */
const DISCOVER_TTL_MS = 3_600_000;

/** What clients that open with `initialize` can call. */
export function legacyMethods(options: MethodOptions): Methods {
  const empty: Method = ({ id, method }, exchange) => resultIn(exchange, id, '{}', method);
  return new Map<string, Method>([
    ['initialize', initialize(options.platform)],
    ['ping', empty],
    // A public worker sends this notification with an id, and waits.
    ['notifications/initialized', empty],
    ...toolMethods(options, legacyWrapping()),
  ]);
}

/** What stateless clients can call (2026-07-28). */
export function modernMethods(options: MethodOptions): Methods {
  const wrapping = modernWrapping(options.platform);
  return new Map<string, Method>([['server/discover', discover(options.platform, wrapping)], ...toolMethods(options, wrapping)]);
}

/** There is no session: the version that is answered binds nobody, for each later request says its own. */
function initialize({ name, version, mcp }: Platform): Method {
  const resultFor = (protocolVersion: string) =>
    JSON.stringify({
      protocolVersion,
      capabilities: { tools: {} },
      serverInfo: { name, version },
      ...(mcp.instructions === '' ? {} : { instructions: mcp.instructions }),
    });
  const results = new Map(LEGACY_VERSIONS.map((spoken) => [spoken, resultFor(spoken)]));
  const fallback = resultFor(mcp.defaultVersion);
  return ({ id, params, method }, exchange) => {
    const asked = params?.protocolVersion;
    return resultIn(exchange, id, (typeof asked === 'string' ? results.get(asked) : undefined) ?? fallback, method);
  };
}

function discover({ mcp }: Platform, { open, close }: Wrapping): Method {
  const instructions = mcp.instructions === '' ? '' : `,"instructions":${JSON.stringify(mcp.instructions)}`;
  const hints = `,"ttlMs":${DISCOVER_TTL_MS},"cacheScope":"public"`;
  const result = `{${open}"supportedVersions":${JSON.stringify([MODERN_VERSION])},"capabilities":{"tools":{}}${instructions}${hints}${close}}`;
  return ({ id, method }, exchange) => resultIn(exchange, id, result, method);
}

function toolMethods({ runtime, tools, lists }: MethodOptions, wrapping: Wrapping): [string, Method][] {
  return [
    ['tools/list', (request, exchange) => listTools(request, exchange, runtime, lists, wrapping)],
    ['tools/call', (request, exchange) => callTool(request, exchange, { runtime, tools, wrapping })],
  ];
}

/** All tools come on one page, so no cursor was ever given out. */
function listTools({ id, params }: Request, exchange: Exchange, runtime: Runtime, lists: ToolLists, wrapping: Wrapping): Reply {
  const { principal } = exchange.resolution;
  const cursor = params?.cursor;
  if (cursor !== undefined && cursor !== null) {
    const fields = [{ path: 'cursor', message: 'Unknown cursor' }];
    return faultIn(exchange, { code: 'invalid_input', text: 'Invalid params: cursor: Unknown cursor', fields }, { id, status: 200 }, 'tools/list');
  }
  const { requestId } = exchange.request;
  return {
    status: 200,
    headers: jsonHeaders(requestId),
    body: lists.response(id, runtime.visible(principal, 'mcp'), wrapping),
    log: logOf(principal, 'tools/list'),
  };
}
