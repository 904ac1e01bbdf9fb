import type { Tag } from '../../domain/principal.js';
import type { ChangeListener, Changes } from '../changes.js';
import type { Engine } from './engine.js';

/** Changes where one process serves: its caches are told before the barrier settles, so they are always current. */
export class LocalChanges implements Changes {
  readonly #engine: Engine;
  readonly #listeners: ChangeListener[] = [];
  #epoch = 0;
  #inUnit = Number.MIN_SAFE_INTEGER;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  current(): boolean {
    return true;
  }

  /** Inside a unit of work every answer is another number: what is looked up there may yet be undone, and is never kept. */
  epoch(): number {
    if (!this.#engine.inUnit) return this.#epoch;
    this.#inUnit += 1;
    return this.#inUnit;
  }

  /**
   * Inside a unit it tells everyone twice: now, for the rest of the unit, and when the unit has ended, because what was
   * looked up elsewhere in between saw the state before.
   */
  async barrier(tags: readonly Tag[]): Promise<void> {
    if (this.#engine.inUnit) this.#engine.onUnitEnd(() => this.#tell(tags));
    this.#tell(tags);
  }

  onChange(listener: ChangeListener): void {
    this.#listeners.push(listener);
  }

  /** One listener that throws keeps no other from hearing. */
  #tell(tags: readonly Tag[]): void {
    this.#epoch += 1;
    const failures: unknown[] = [];
    for (const listener of this.#listeners) {
      try {
        listener(tags, this.#epoch);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'A change could not be told to every listener');
  }
}
