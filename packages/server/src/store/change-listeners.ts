import type { Tag } from '../domain/principal.js';
import type { ChangeListener } from './changes.js';

/** Whoever is to hear of changes, and the count of those that were told: what every `Changes` is made of. */
export class ChangeListeners {
  readonly #listeners: ChangeListener[] = [];
  #epoch = 0;
  #inUnit = Number.MIN_SAFE_INTEGER;

  add(listener: ChangeListener): void {
    this.#listeners.push(listener);
  }

  /** Inside a unit of work every answer is another number: what is looked up there may yet be undone, and is never kept. */
  epoch(inUnit: boolean): number {
    if (!inUnit) return this.#epoch;
    this.#inUnit += 1;
    return this.#inUnit;
  }

  /** One listener that throws keeps no other from hearing. */
  tell(changed: readonly Tag[] | 'everything'): void {
    this.#epoch += 1;
    const failures: unknown[] = [];
    for (const listener of this.#listeners) {
      try {
        listener(changed, this.#epoch);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'A change could not be told to every listener');
  }
}
