import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const DIMENSIONS = 64;
export const MODEL = 'bge-m3';
export const KEY = 'embedder-key-for-tests-only';

export interface Asked {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: { readonly model: string; readonly input: string };
}

/** A stand-in for an embedding service of OpenAI's shape: texts lie as a test has placed them, all others at right angles to each other. Close it. */
export class EmbedderStandIn {
  readonly asked: Asked[] = [];
  /** What it answers instead, as in an outage. */
  failing: { readonly status: number; readonly body: string } | undefined;
  readonly #placed = new Map<string, readonly number[]>();
  readonly #server: Server;
  #axes = 0;

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Asked['body'];
        this.asked.push({ path: request.url ?? '', authorization: request.headers.authorization, body });
        response.writeHead(this.failing?.status ?? 200, { 'content-type': 'application/json' });
        response.end(this.failing?.body ?? JSON.stringify({ object: 'list', data: [{ index: 0, embedding: this.#vector(body.input) }], model: body.model }));
      });
    });
  }

  static async start(): Promise<EmbedderStandIn> {
    const standIn = new EmbedderStandIn();
    await new Promise<void>((done) => standIn.#server.listen(0, '127.0.0.1', done));
    return standIn;
  }

  get environment() {
    return {
      NEURALREPO_EMBEDDER_URL: `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1/`,
      NEURALREPO_EMBEDDER_MODEL: MODEL,
      NEURALREPO_EMBEDDER_KEY: KEY,
      NEURALREPO_EMBEDDER_DIMENSIONS: String(DIMENSIONS),
    };
  }

  /** Places texts with these cosines to the first of them. */
  place(first: string, others: Readonly<Record<string, number>>): void {
    const home = this.#axis();
    this.#placed.set(first, home);
    for (const [text, cosine] of Object.entries(others)) {
      const aside = this.#axis();
      // Of another length than one, as some models answer.
      this.#placed.set(
        text,
        home.map((component, i) => 3 * (component * cosine + (aside[i] ?? 0) * Math.sqrt(1 - cosine ** 2))),
      );
    }
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  #vector(text: string): readonly number[] {
    const known = this.#placed.get(text) ?? this.#axis();
    this.#placed.set(text, known);
    return known;
  }

  #axis(): readonly number[] {
    const axis = this.#axes;
    this.#axes += 1;
    if (axis >= DIMENSIONS) throw new Error('The stand-in has no direction left');
    return Array.from({ length: DIMENSIONS }, (_, i) => (i === axis ? 1 : 0));
  }
}
