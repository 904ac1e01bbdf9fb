import { type IncomingHttpHeaders, type IncomingMessage, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Passing {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Passed {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What stands in front of a server, and breaks one thing. */
export interface Breakage {
  /** Answers in place of the server. */
  answer?(passing: Passing): Passed | undefined;
  /** Changes what the server is asked. */
  ask?(passing: Passing): Passing;
  /** Changes what the server answered. */
  change?(passed: Passed, passing: Passing): Passed;
}

export interface BreakingProxy {
  /** Its own origin: what the server behind it must take for its public one. */
  readonly url: string;
  behind(target: string): void;
  /** From now on it breaks this; undefined: nothing. */
  breaks(breakage: Breakage | undefined): void;
  close(): Promise<void>;
}

export async function startBreakingProxy(): Promise<BreakingProxy> {
  let target = '';
  let broken: Breakage = {};
  const server = createServer((incoming, response) => {
    const pass = async (): Promise<void> => {
      const came: Passing = { method: incoming.method ?? '', path: incoming.url ?? '', headers: incoming.headers, body: await textOf(incoming) };
      const passing = broken.ask?.(came) ?? came;
      const passed = broken.answer?.(passing) ?? (await forward(target, passing));
      const { status, headers, body } = broken.change?.(passed, passing) ?? passed;
      response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
    };
    pass().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    behind(url) {
      target = url;
    },
    breaks(breakage = {}) {
      broken = breakage;
    },
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}

function forward(target: string, { method, path, headers, body }: Passing): Promise<Passed> {
  const { hostname, port } = new URL(target);
  return new Promise((resolve, reject) => {
    request({ hostname, port, method, path, headers, setHost: false }, (response) => {
      const { 'transfer-encoding': _chunks, connection: _connection, 'keep-alive': _alive, ...kept } = response.headers;
      textOf(response).then((text) => resolve({ status: response.statusCode ?? 0, headers: kept, body: text }), reject);
    })
      .on('error', reject)
      .end(body);
  });
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** The same answer with other members in its JSON; undefined leaves one out. */
export function withMembers(passed: Passed, members: object): Passed {
  return { ...passed, body: JSON.stringify({ ...(JSON.parse(passed.body) as object), ...members }) };
}
