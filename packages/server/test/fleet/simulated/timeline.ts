interface Event {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** Virtual time: whatever is planned happens in the order of its moment (a binary heap). Milliseconds. */
export class Timeline {
  now = 0;
  /** How many events have happened. */
  steps = 0;
  #count = 0;
  readonly #heap: Event[] = [];

  after(delay: number, run: () => void): void {
    this.#count += 1;
    const heap = this.#heap;
    let at = heap.length;
    const event = { at: this.now + delay, order: this.#count, run };
    heap.push(event);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !sooner(event, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = event;
  }

  /** Runs what happens before `until`. */
  run(until: number): void {
    for (let next = this.#heap[0]; next !== undefined && next.at <= until; next = this.#heap[0]) {
      this.#pop();
      this.now = next.at;
      this.steps += 1;
      next.run();
    }
    this.now = until;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      const left = heap[child];
      if (left === undefined) break;
      const right = heap[child + 1];
      const lower = right !== undefined && sooner(right, left) ? right : left;
      if (lower === right) child += 1;
      if (!sooner(lower, last)) break;
      heap[at] = lower;
      at = child;
    }
    heap[at] = last;
  }
}

function sooner(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
