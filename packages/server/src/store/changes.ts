import type { Tag } from '../domain/principal.js';

export type ChangeListener = (changed: readonly Tag[] | 'everything', epoch: number) => void;

/** Tells every holder of cached state that something it depends on has changed. */
export interface Changes {
  /** May this process trust its caches now? Asked on every call. */
  current(now: number): boolean;
  /** Counts changes. Read it before a look-up, and keep what the look-up gave under that number. */
  epoch(): number;
  /**
   * Settles when no live process can still accept the state before the change. Call it after the change is durable; inside a
   * unit of work it holds up the unit's `tx` until then.
   * @throws {UnavailableError} where that cannot be known: the change is stored, and not yet sure to be heard
   */
  barrier(tags: readonly Tag[]): Promise<void>;
  /** `everything`: this process was not told what changed, and believes nothing that it knew before. */
  onChange(listener: ChangeListener): void;
}
