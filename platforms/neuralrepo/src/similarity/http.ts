import type { PlatformMeans } from 'gatehouse';
import { z } from 'zod';
import { type Embedder, EmbedderError } from './embedder.js';
import { joined } from './text.js';
import { normalized } from './vectors.js';

export interface HttpEmbedderSettings {
  /** Without a slash at its end: `/embeddings` comes behind it. */
  readonly base: string;
  readonly model: string;
  readonly key: string | undefined;
  readonly dimensions: number;
}

const TIMEOUT_MS = 10_000;
const MOST_BYTES = 1024 * 1024;

const answered = z.object({ data: z.array(z.object({ embedding: z.array(z.number()) })).length(1) });

/** Likeness of meaning, by a model behind an endpoint of OpenAI's shape: `POST <base>/embeddings`. */
export function httpEmbedder({ base, model, key, dimensions }: HttpEmbedderSettings, egress: PlatformMeans['egress']): Embedder {
  return {
    name: model,
    id: `http/${model}/${dimensions}`,
    searchThreshold: 0.4,
    async embed(text, signal) {
      const answer = await egress.request(`${base}/embeddings`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
        // Some services refuse the empty text, and an idea always has a title.
        body: JSON.stringify({ model, input: joined(text) }),
        timeoutMs: TIMEOUT_MS,
        maxBytes: MOST_BYTES,
        signal,
      });
      if (!answer.ok) throw new EmbedderError(`does not answer: ${answer.reason}`);
      if (answer.status !== 200) throw new EmbedderError(`answers with status ${answer.status}`);
      return normalized(vectorIn(answer.body, dimensions));
    },
  };
}

function vectorIn(body: Buffer, dimensions: number): Float32Array {
  const { data } = answered.safeParse(jsonIn(body));
  const embedding = data?.data[0]?.embedding;
  if (embedding === undefined) throw new EmbedderError('answers with something else than {"data": [{"embedding": […]}]}');
  if (embedding.length !== dimensions) throw new EmbedderError(`answers with ${embedding.length} dimensions, not ${dimensions}`);
  return Float32Array.from(embedding);
}

function jsonIn(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
