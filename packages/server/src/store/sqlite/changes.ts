import type { Tag } from '../../domain/principal.js';
import { ChangeListeners } from '../change-listeners.js';
import type { ChangeListener, Changes } from '../changes.js';
import type { Engine } from './engine.js';

/** Changes where one process serves: its caches are told before the barrier settles, so they are always current. */
export class LocalChanges implements Changes {
  readonly #engine: Engine;
  readonly #listeners = new ChangeListeners();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  current(): boolean {
    return true;
  }

  epoch(): number {
    return this.#listeners.epoch(this.#engine.inUnit);
  }

  /**
   * Inside a unit it tells everyone twice: now, for the rest of the unit, and when the unit has ended, because what was
   * looked up elsewhere in between saw the state before.
   */
  async barrier(tags: readonly Tag[]): Promise<void> {
    if (this.#engine.inUnit) this.#engine.onUnitEnd(() => this.#listeners.tell(tags));
    this.#listeners.tell(tags);
  }

  onChange(listener: ChangeListener): void {
    this.#listeners.add(listener);
  }
}
