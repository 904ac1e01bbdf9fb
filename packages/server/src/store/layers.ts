/**
 * The two layers that keep tenants apart: the facade, which binds every query to its tenant, and the database, which refuses
 * what got past it. Both are on; the isolation prover alone turns one off, to see that the other holds by itself.
 */
export interface Layers {
  readonly facade: boolean;
  readonly database: boolean;
}

export const bothLayers: Layers = { facade: true, database: true };

/** A database in which tenants are not kept apart: it is not served. The message says what is wrong, and what to do. */
export class IsolationError extends Error {
  constructor(text: string) {
    super(text);
    this.name = 'IsolationError';
  }
}
