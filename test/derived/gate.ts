import { type Operation, type Platform, definePlatform } from 'gatehouse';
import { type Answer, type CallOptions, type TestApp, openApp } from '../support/open-app.js';

/**
 * How a gate answered: `in` is anything but a denial, whatever came of the call behind it. `step_up` is `insufficient_scope` with a challenge
 * to ask for more, `unknown` the answer to what there is not.
 */
export type Verdict = 'in' | 'unauthenticated' | 'insufficient_scope' | 'step_up' | 'forbidden' | 'unknown' | 'limited';

export interface Gates {
  readonly app: TestApp;
  readonly operations: readonly Operation[];
  /** What REST says to this caller, asked with an input that is not valid, so that nothing happens behind the gate. */
  rest(op: Operation, credential?: string): Promise<Verdict>;
  /** What MCP says, by every method that serves it: one verdict, for they must agree. */
  mcp(op: Operation, credential?: string): Promise<Verdict>;
  /** What this caller is shown, by the names of the operations; one that is listed twice stands there twice. Locked ones end in ` locked`. */
  shown(credential: string): Promise<string[]>;
}

/** The same platform, whose plans bound nothing: one caller asks for everything. */
export function unlimited(platform: Platform): Platform {
  const plans = Object.fromEntries(Object.entries(platform.tenancy.plans).map(([name, { limits: _, ...plan }]) => [name, plan]));
  return definePlatform({ ...platform, tenancy: { ...platform.tenancy, plans } });
}

export async function openGates(platform: Platform): Promise<Gates> {
  const app = await openApp(platform);
  const { prefix, accept } = platform.keys;
  /** Where this platform takes it: some take keys in a header of their own only. */
  const tokenOf = (credential: string | undefined): CallOptions => {
    if (credential === undefined) return {};
    return credential.startsWith(prefix) && accept?.includes('authorization') === false ? { headers: { 'x-api-key': credential } } : { token: credential };
  };
  return {
    app,
    operations: app.gatehouse.operations,
    async rest(op, credential) {
      if (op.rest === null) throw new Error(`${op.name} has no route`);
      const path = op.rest.path.replace(/:[a-z0-9_]+/g, 'not-an-id');
      return verdictOf(await app.call(op.rest.method, `/api/v1${path}?no_such_field=1`, { ...tokenOf(credential), ...bodyFor(op) }));
    },
    async mcp(op, credential) {
      const verdicts = new Set<Verdict>();
      for (const [method, params] of waysTo(op)) {
        verdicts.add(verdictOf(await app.call('POST', '/mcp', { ...tokenOf(credential), body: { jsonrpc: '2.0', id: 1, method, params } })));
      }
      const [verdict, other] = verdicts;
      if (verdict === undefined || other !== undefined) throw new Error(`${op.name} was told ${[...verdicts].join(' and ') || 'nothing'}`);
      return verdict;
    },
    async shown(credential) {
      const listed: string[] = [];
      for (const [method, member] of LISTS) {
        const { body } = await app.call('POST', '/mcp', { ...tokenOf(credential), body: { jsonrpc: '2.0', id: 1, method } });
        // Where a platform has none of a kind there is no such method.
        if (body.error?.code !== -32601)
          listed.push(...body.result[member].map(({ name, _meta }: { name: string; _meta?: object }) => (_meta === undefined ? name : `${name} locked`)));
      }
      return listed.sort();
    },
  };
}

const LISTS = [
  ['tools/list', 'tools'],
  ['resources/list', 'resources'],
  ['resources/templates/list', 'resourceTemplates'],
  ['prompts/list', 'prompts'],
] as const;

/** Every MCP method that reaches an operation, each with parameters that do nothing behind the gate, or only read. */
export function waysTo({ name, tool, resource, prompt, input }: Operation): readonly (readonly [method: string, params: object])[] {
  const [field = 'none'] = Object.keys(input.shape);
  const argument = { name: field, value: '' };
  return [
    ...(tool ? [['tools/call', { name, arguments: { no_such_field: 1 } }] as const] : []),
    ...(resource === undefined
      ? []
      : [
          ['resources/read', { uri: resource.uri.replaceAll(/\{\w+\}/g, 'not-an-id') }] as const,
          ['completion/complete', { ref: { type: 'ref/resource', uri: resource.uri }, argument }] as const,
        ]),
    ...(prompt === true
      ? [['prompts/get', { name, arguments: { no_such_field: 1 } }] as const, ['completion/complete', { ref: { type: 'ref/prompt', name }, argument }] as const]
      : []),
  ];
}

const UNKNOWN: ReadonlySet<unknown> = new Set(['unknown_tool', 'unknown_resource', 'unknown_prompt']);

const bodyFor = (op: Operation) => (op.rest?.method === 'GET' || op.rest?.method === 'DELETE' ? {} : { body: { no_such_field: 1 } });

/** The same catalogue code on both surfaces; statuses and JSON-RPC codes must agree with it. */
function verdictOf({ status, body, headers }: Answer): Verdict {
  const rpc = body?.error !== undefined && typeof body.error === 'object';
  const code: unknown = rpc ? body.error.data?.code : body?.code;
  if (status === 401) return 'unauthenticated';
  if (status === 429 && code === 'rate_limited') return 'limited';
  if (rpc && UNKNOWN.has(code)) return 'unknown';
  const denied = code === 'insufficient_scope' || code === 'forbidden';
  const challenge = headers.get('www-authenticate');
  if (!denied) {
    if (challenge !== null) throw new Error(`${status} came with the challenge ${challenge}`);
    return 'in';
  }
  const asks = challenge?.includes('error="insufficient_scope"') === true;
  const right = rpc ? body.error.code === -32001 && (status === 403) === asks : status === 403;
  if (!right || asks !== (challenge !== null)) throw new Error(`${code} was told as ${status} ${challenge} ${JSON.stringify(body)}`);
  return asks && code === 'insufficient_scope' ? 'step_up' : code;
}
