import type { Text } from './text.js';

/** Turns texts into vectors of unit length, of which the cosine says how alike they are. */
export interface Embedder {
  /** As answers name it. */
  readonly name: string;
  /** As it is stored with each vector: vectors of two are never compared. */
  readonly id: string;
  /** How like a question an idea must be to be found, where the person has set nothing. */
  readonly searchThreshold: number;
  /** @throws {EmbedderError} where it does not answer, or with what cannot be used */
  embed(text: Text, signal: AbortSignal): Promise<Float32Array>;
}

export class EmbedderError extends Error {
  constructor(why: string) {
    super(`The embedder ${why}`);
    this.name = 'EmbedderError';
  }
}
