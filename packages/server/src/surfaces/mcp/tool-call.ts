import { TENANT_REQUIRED, ofNoTenant } from '../../runtime/run.js';
import type { HttpOut } from '../http.js';
import { type Exchange, faultIn } from './exchange.js';
import type { Request } from './message.js';
import { paramHeaderFault } from './param-headers.js';
import { paramFault } from './params.js';
import { isOutOfReach } from './reach.js';
import { type RunOptions, runOperation } from './run-operation.js';
import type { Tool } from './tools.js';

export interface CallOptions extends RunOptions {
  readonly tools: ReadonlyMap<string, Tool>;
}

/** `tools/call`. */
export function callTool(request: Request, exchange: Exchange, options: CallOptions): HttpOut | Promise<HttpOut> {
  const { id, params } = request;
  const name = params?.name;
  const tool = typeof name === 'string' ? options.tools.get(name) : undefined;
  // To whom no tool is listed, none is said to be there or not.
  if (tool === undefined && ofNoTenant(exchange.resolution.principal)) return faultIn(exchange, TENANT_REQUIRED, { id }, request.method);
  if (typeof name !== 'string') return faultIn(exchange, paramFault('name', 'Required, a string'), { id, status: 200 });
  if (tool === undefined || isOutOfReach(exchange, tool.op))
    return faultIn(exchange, { code: 'unknown_tool', text: `Unknown tool: ${name}` }, { id, status: 200 });
  const given = params?.arguments ?? {};
  const fault = options.wrapping.era === 'modern' ? paramHeaderFault(tool.repeated, given, exchange.request) : undefined;
  if (fault !== undefined) return faultIn(exchange, fault, { id }, name);
  return runOperation(tool, given, request, exchange, options);
}
