import { type Failure, catalogueEntry } from '@gatehouse/contract';
import type { Principal } from '../../domain/principal.js';
import type { Outcome, Runtime } from '../../runtime/types.js';
import { HttpCall } from '../http-call.js';
import { callResult, failedResult } from './call-result.js';
import { type Exchange, faultIn, resultIn } from './exchange.js';
import type { Request } from './message.js';
import type { Reply } from './reply.js';
import type { Tool } from './tools.js';
import type { Wrapping } from './wrapping.js';

export interface CallOptions {
  readonly runtime: Runtime;
  readonly tools: ReadonlyMap<string, Tool>;
  readonly wrapping: Wrapping;
}

/**
 * `tools/call`. Whether the caller may is the runtime's to say: a tool outside its scopes is found here, and refused
 * there, with the scope that it lacks.
 */
export function callTool({ id, params }: Request, exchange: Exchange, { runtime, tools, wrapping }: CallOptions): Reply | Promise<Reply> {
  const name = params?.name;
  if (typeof name !== 'string') {
    const fields = [{ path: 'name', message: 'Required, a string' }];
    return faultIn(exchange, { code: 'invalid_input', text: 'Invalid params: name: Required, a string', fields }, { id, status: 200 });
  }
  const tool = tools.get(name);
  if (tool === undefined) return faultIn(exchange, { code: 'unknown_tool', text: `Unknown tool: ${name}` }, { id, status: 200 });
  const { request, caller, resolution } = exchange;
  const call = new HttpCall(tool.op, params?.arguments ?? {}, caller, 'mcp', request);
  return runtime.run(call, resolution).then((outcome) => outcomeReply(id, outcome, tool, exchange, wrapping));
}

function outcomeReply(id: string, outcome: Outcome, { op, wrapped }: Tool, exchange: Exchange, wrapping: Wrapping): Reply {
  if (outcome.ok) return resultIn(exchange, id, callResult(outcome.value, wrapped, wrapping), op.name);
  const { failure, limit } = outcome;
  if (catalogueEntry(failure.code).jsonRpc === null) {
    const result = failedResult(failure, exchange.request.requestId, wrapping);
    return resultIn(exchange, id, result, op.name, failure.code);
  }
  return faultIn(exchange, failure, { id, status: statusOf(failure, exchange.resolution.principal), limit }, op.name);
}

/**
 * A failed call is an answer, and answers travel in HTTP 200; but for what an HTTP client can act on: waiting, and
 * asking its user for more rights (which only a token can be given).
 */
function statusOf({ code }: Failure, { credential }: Principal): number {
  if (code === 'rate_limited') return 429;
  if (code === 'unavailable') return 503;
  return code === 'insufficient_scope' && credential.kind === 'token' ? 403 : 200;
}
