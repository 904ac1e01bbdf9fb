import type { Tag } from '../domain/principal.js';

/** Tells every holder of cached state that something it depends on has changed. */
export interface Changes {
  /** May this process trust its caches now? Asked on every call. */
  current(now: number): boolean;
  /** Counts changes. Read it before a look-up, and keep what the look-up gave under that number. */
  epoch(): number;
  /** Settles when no live process can still accept the state before the change. Call it after the change is durable. */
  barrier(tags: readonly Tag[]): Promise<void>;
  onChange(listener: (tags: readonly Tag[], epoch: number) => void): void;
}
