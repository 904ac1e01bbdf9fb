/** What came back. `json` is checked by the test that reads it. */
export interface Answer<T = Json> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: T;
}

export type Json = { readonly [field: string]: unknown } & { readonly id: string; readonly error: string; readonly code: string };

/** The body of a refusal. */
export interface Failed {
  readonly error: string;
  readonly code: string;
  readonly next?: string;
  readonly fields: Readonly<Record<string, readonly string[]>>;
}

export interface RpcAnswer {
  readonly jsonrpc: '2.0';
  readonly id: unknown;
  readonly result?: { readonly [member: string]: unknown };
  readonly error?: { readonly code: number; readonly message: string; readonly data?: { readonly [member: string]: unknown } };
}

export interface ToolAnswer {
  readonly content: readonly { readonly type: string; readonly text: string }[];
  readonly structuredContent?: unknown;
  readonly isError?: boolean;
}

/** Calls to one server with one credential. */
export interface Client {
  get<T = Json>(path: string, headers?: Record<string, string>): Promise<Answer<T>>;
  post<T = Json>(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<T>>;
  put<T = Json>(path: string, body: unknown): Promise<Answer<T>>;
  patch<T = Json>(path: string, body: unknown): Promise<Answer<T>>;
  delete<T = Json>(path: string): Promise<Answer<T>>;
  /** A JSON-RPC request to `/mcp`. */
  rpc(method: string, params?: object): Promise<Answer<RpcAnswer>>;
  /** A successful `tools/call`. */
  tool(name: string, input?: object): Promise<ToolAnswer>;
}

/** @param credential what stands behind `Bearer`, or the headers that bring it */
export function clientOf(url: string, credential?: string | Record<string, string>): Client {
  const authorization: Record<string, string> = typeof credential === 'string' ? { authorization: `Bearer ${credential}` } : (credential ?? {});
  const call = async <T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer<T>> => {
    const typed: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const sent = body === undefined ? null : typeof body === 'string' || body instanceof Uint8Array ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body);
    const response = await fetch(url + path, { method, headers: { ...authorization, ...typed, ...headers }, body: sent });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parsed(text) as T };
  };
  const rpc: Client['rpc'] = (method, params = {}) => call('POST', '/mcp', { jsonrpc: '2.0', id: 1, method, params });
  return {
    get: (path, headers) => call('GET', path, undefined, headers),
    post: (path, body, headers) => call('POST', path, body, headers),
    put: (path, body) => call('PUT', path, body),
    patch: (path, body) => call('PATCH', path, body),
    delete: (path) => call('DELETE', path),
    rpc,
    async tool(name, input = {}) {
      const { json, text } = await rpc('tools/call', { name, arguments: input });
      if (json.result === undefined) throw new Error(`${name} was answered ${text}`);
      return json.result as unknown as ToolAnswer;
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The body of an answer that must have succeeded. */
export function must<T>({ status, text, json }: Pick<Answer<T>, 'status' | 'text' | 'json'>): T {
  if (status >= 300) throw new Error(`Answered ${status}: ${text}`);
  return json;
}

/** The same answer, whatever the request was called. */
export function withoutRequestId({ status, text }: Pick<Answer, 'status' | 'text'>): { readonly status: number; readonly text: string } {
  return { status, text: text.replace(/req_[A-Za-z0-9]{24}/g, 'req_…') };
}
