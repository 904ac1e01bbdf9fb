import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import type { Operation } from '@gatehouse/contract';
import type { KeySettings } from '../runtime/platform.js';

/** One request as it goes over the wire, and all that was sent in it, in the clear. */
export interface Request {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly sent: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** How the platform's keys begin, and which headers they are taken in. */
export type HeldKeys = Pick<KeySettings, 'prefix' | 'accept'>;

/** HTTP on kept connections to one server. */
export class HttpClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 8 });
  readonly #host: string;
  readonly #port: string;

  readonly #keys: HeldKeys;

  constructor(url: string, keys: HeldKeys) {
    ({ hostname: this.#host, port: this.#port } = new URL(url));
    this.#keys = keys;
  }

  send({ method, path, headers, body }: Request): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = {
        agent: this.#agent,
        host: this.#host,
        port: this.#port,
        method,
        path,
        headers: { ...lengthOf(body), ...whereTaken(headers, this.#keys) },
      };
      const sent = request(options, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
        response.on('error', reject);
      });
      sent.on('error', reject).end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** A key in the header that the platform takes it in, where `Authorization` is none. */
function whereTaken({ authorization, ...others }: Request['headers'], { prefix, accept }: HeldKeys): Request['headers'] {
  const key = authorization?.slice('Bearer '.length);
  if (key?.startsWith(prefix) === true && accept?.includes('authorization') === false) return { ...others, 'x-api-key': key };
  return authorization === undefined ? others : { authorization, ...others };
}

function lengthOf(body: string | undefined): Readonly<Record<string, string>> {
  return body === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
}

export type Input = Readonly<Record<string, unknown>>;

export interface Addition {
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A call over REST: what the path names goes there, the rest into the body, or into the query where there is none. */
export function restRequest(op: Operation, input: Input, credential: string, { query = {}, headers = {} }: Addition = {}): Request {
  const { method = 'GET', path = '/' } = op.rest ?? {};
  const rest = { ...input };
  const filled = path.replace(/:([a-z0-9_]+)/g, (_all, name: string) => {
    const value = rest[name];
    delete rest[name];
    return encodeURIComponent(asText(value)) || '%20';
  });
  const hasBody = method !== 'GET' && method !== 'DELETE';
  const asked = { ...(hasBody ? {} : rest), ...query };
  const pairs = Object.entries(asked).flatMap(([name, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(asText(value))}`],
  );
  return {
    method,
    path: `/api/v1${filled}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`,
    headers: { authorization: `Bearer ${credential}`, ...headers },
    ...(hasBody ? { body: JSON.stringify(rest) } : {}),
    sent: JSON.stringify([input, query, headers]),
  };
}

/** The same call with the field that takes a body of any type as the whole body, and the rest beside it; undefined where there is no such field. */
export function wholeBodyRequest(op: Operation, input: Input, credential: string): Request | undefined {
  const { rest } = op;
  const content = rest?.body === undefined ? undefined : input[rest.body];
  if (rest?.body === undefined || typeof content !== 'string') return undefined;
  const { [rest.body]: _content, content_type: type = 'text/plain', ...beside } = input;
  const { path, headers } = restRequest({ ...op, rest: { ...rest, method: 'GET' } }, beside, credential);
  const body = Buffer.from(content, 'base64').toString();
  return { method: rest.method, path, headers: { ...headers, 'content-type': asText(type) }, body, sent: JSON.stringify([input, body]) };
}

/** The same call over MCP, in each of the ways in which it is served there. */
export function mcpRequests(op: Operation, input: Input, credential: string): readonly Request[] {
  const { name, tool, resource, prompt } = op;
  const request = (method: string, params: object) => mcpRequest(method, params, input, credential);
  const filledIn = (uri: string) => uri.replace(/\{(\w+)\}/g, (_all, field: string) => encodeURIComponent(asText(input[field])) || '%20');
  return [
    ...(tool ? [request('tools/call', { name, arguments: input })] : []),
    ...(resource === undefined ? [] : [request('resources/read', { uri: filledIn(resource.uri) })]),
    ...(prompt === true ? [request('prompts/get', { name, arguments: input })] : []),
  ];
}

/** Asks what might be filled in at a field; undefined where an operation is nothing that a client fills in. */
export function completionRequest({ name, resource, prompt }: Operation, field: string, typed: string, given: Input, credential: string): Request | undefined {
  const ref = prompt === true ? { type: 'ref/prompt', name } : resource !== undefined ? { type: 'ref/resource', uri: resource.uri } : undefined;
  if (ref === undefined) return undefined;
  const texts = Object.fromEntries(Object.entries(given).map(([other, value]) => [other, asText(value)]));
  return mcpRequest(
    'completion/complete',
    { ref, argument: { name: field, value: typed }, context: { arguments: texts } },
    { ...given, [field]: typed },
    credential,
  );
}

function mcpRequest(method: string, params: object, sent: Input, credential: string): Request {
  return {
    method: 'POST',
    path: '/mcp',
    headers: { authorization: `Bearer ${credential}`, accept: 'application/json, text/event-stream' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    sent: JSON.stringify(sent),
  };
}

/** The call over REST, or over MCP where there is no route; undefined where there is neither. */
export function anyRequest(op: Operation, input: Input, credential: string): Request | undefined {
  return op.rest === null ? mcpRequests(op, input, credential)[0] : restRequest(op, input, credential);
}

/** What an MCP client is told of a failure travels in HTTP 200. */
export function succeeded({ status, text }: Answer): boolean {
  if (status >= 300) return false;
  if (!text.startsWith('{"jsonrpc"')) return true;
  const { result, error } = JSON.parse(text) as { readonly result?: { readonly isError?: boolean }; readonly error?: unknown };
  return error === undefined && result?.isError !== true;
}

function asText(value: unknown): string {
  if (Array.isArray(value)) return value.map(asText).join(',');
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '');
}
