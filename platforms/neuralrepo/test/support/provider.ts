import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Heard {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}

type Answering = (response: ServerResponse, heard: Heard) => void;

/** A server of a provider's shape on this machine. What it answers is up to the test. */
export class ProviderStandIn {
  readonly heard: Heard[] = [];
  answer: Answering = (response) => response.writeHead(500).end();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const heard = { path: request.url ?? '', headers: request.headers, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
        this.heard.push(heard);
        this.answer(response, heard);
      });
    });
  }

  static async start(): Promise<ProviderStandIn> {
    const provider = new ProviderStandIn();
    await new Promise<void>((done) => provider.#server.listen(0, '127.0.0.1', done));
    return provider;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  get last(): Heard | undefined {
    return this.heard.at(-1);
  }

  close(): Promise<unknown> {
    this.#server.closeAllConnections();
    return new Promise((done) => this.#server.close(done));
  }
}

/** Server-sent events, each in a part of its own. */
export function streams(...events: readonly (object | string)[]): Answering {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    for (const event of events) response.write(typeof event === 'string' ? event : `event: x\ndata: ${JSON.stringify(event)}\n\n`);
    response.end();
  };
}

/** One JSON answer. */
export function answers(status: number, body: unknown, headers: Record<string, string> = {}): Answering {
  return (response) => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

export const anthropicStream = (texts: readonly string[], stop = 'end_turn') =>
  streams(
    { type: 'message_start', message: { id: 'm' } },
    ...texts.map((text) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
    { type: 'message_delta', delta: { stop_reason: stop } },
    { type: 'message_stop' },
  );

export const openaiStream = (texts: readonly string[], finish = 'stop') =>
  streams(
    ...texts.map((content) => ({ choices: [{ index: 0, delta: { content }, finish_reason: null }] })),
    { choices: [{ index: 0, delta: {}, finish_reason: finish }] },
    'data: [DONE]\n\n',
  );
