import type { Operation, Platform } from 'gatehouse';
import { type Answer, type TestApp, openApp } from '../support/open-app.js';

/** How a gate answered: `in` is anything but a denial, whatever came of the call behind it. */
export type Verdict = 'in' | 'unauthenticated' | 'insufficient_scope' | 'forbidden' | 'limited';

export interface Gates {
  readonly app: TestApp;
  readonly operations: readonly Operation[];
  /** What REST says to this caller, asked with an input that is not valid, so that nothing happens behind the gate. */
  rest(op: Operation, credential?: string): Promise<Verdict>;
  mcp(op: Operation, credential?: string): Promise<Verdict>;
  /** Names of the tools that this caller is shown. */
  shown(credential: string): Promise<string[]>;
}

export async function openGates(platform: Platform): Promise<Gates> {
  const app = await openApp(platform);
  return {
    app,
    operations: app.gatehouse.operations,
    async rest(op, credential) {
      if (op.rest === null) throw new Error(`${op.name} has no route`);
      const path = op.rest.path.replace(/:[a-z0-9_]+/g, 'not-an-id');
      return verdictOf(await app.call(op.rest.method, `/api/v1${path}?no_such_field=1`, { ...tokenOf(credential), ...bodyFor(op) }));
    },
    async mcp(op, credential) {
      const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: op.name, arguments: { no_such_field: 1 } } };
      return verdictOf(await app.call('POST', '/mcp', { ...tokenOf(credential), body: message }));
    },
    async shown(credential) {
      const { body } = await app.rpc(credential, 'tools/list');
      return body.result.tools.map(({ name }: { name: string }) => name);
    },
  };
}

const tokenOf = (credential: string | undefined) => (credential === undefined ? {} : { token: credential });
const bodyFor = (op: Operation) => (op.rest?.method === 'GET' || op.rest?.method === 'DELETE' ? {} : { body: { no_such_field: 1 } });

/** The same catalogue code on both surfaces; statuses and JSON-RPC codes must agree with it. */
function verdictOf({ status, body }: Answer): Verdict {
  const rpc = body?.error !== undefined && typeof body.error === 'object';
  const code: unknown = rpc ? body.error.data?.code : body?.code;
  if (status === 401) return 'unauthenticated';
  if (status === 429 && code === 'rate_limited') return 'limited';
  const denied = code === 'insufficient_scope' || code === 'forbidden';
  if (!denied) return 'in';
  if (rpc ? body.error.code !== -32001 : status !== 403) throw new Error(`${code} was told as ${status} ${JSON.stringify(body)}`);
  return code;
}
