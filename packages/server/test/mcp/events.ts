import { setTimeout as after } from 'node:timers/promises';

// A message is whatever the server sent: tests look into it.
// biome-ignore lint/suspicious/noExplicitAny: a test reads the members it asserts on
export type Message = any;

export interface Posted {
  readonly token: string;
  readonly body?: unknown;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request whose answer may be a stream, read as it comes. */
export class Events {
  readonly response: Response;
  readonly messages: Message[] = [];
  comments = 0;
  /** Settles when the server has ended the stream. */
  readonly over: Promise<void>;
  readonly #abort: AbortController;

  private constructor(response: Response, abort: AbortController) {
    this.response = response;
    this.#abort = abort;
    this.over = this.#read().catch(() => undefined);
  }

  static async open(url: string, { token, body, method = 'POST', headers = {} }: Posted): Promise<Events> {
    const abort = new AbortController();
    const response = await fetch(`${url}/mcp`, {
      method,
      signal: abort.signal,
      headers: {
        accept: 'application/json, text/event-stream',
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return new Events(response, abort);
  }

  get isStream(): boolean {
    return this.response.headers.get('content-type') === 'text/event-stream';
  }

  /** The message at this place, when it has come. */
  async at(index: number): Promise<Message> {
    const until = Date.now() + 5_000;
    while (this.messages.length <= index) {
      if (Date.now() > until) throw new Error(`No message ${index} within 5 s; so far: ${JSON.stringify(this.messages)}`);
      await after(5);
    }
    return this.messages[index];
  }

  /** All messages, when the server has ended the answer. */
  async all(): Promise<Message[]> {
    await this.over;
    return this.messages;
  }

  /** The client goes away. */
  leave(): void {
    this.#abort.abort();
  }

  async #read(): Promise<void> {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of this.response.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      if (!this.isStream) continue;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) this.#take(block);
    }
    if (!this.isStream && text !== '') this.messages.push(JSON.parse(text));
  }

  #take(block: string): void {
    const data = block.split('\n').find((line) => line.startsWith('data: '));
    if (data === undefined) this.comments += 1;
    else this.messages.push(JSON.parse(data.slice(6)));
  }
}

/** Looks until `is` holds; 5 s at most. */
export async function until(is: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 5_000;
  while (!(await is())) {
    if (Date.now() > end) throw new Error('It did not come to be within 5 s.');
    await after(5);
  }
}
