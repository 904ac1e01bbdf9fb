/** A ticket as far as its place in the order goes. */
export interface Ranked {
  readonly id: string;
  readonly order_index: number;
  readonly created_at: number;
}

/** `ticket_id` waits for `depends_on_id`. */
export interface Dependency {
  readonly ticket_id: string;
  readonly depends_on_id: string;
}

export interface Placed<T> {
  readonly ticket: T;
  /** 1 for what waits for nothing here, else one more than the latest of those that it waits for. */
  readonly wave: number;
  readonly waitsFor: readonly string[];
}

/**
 * Topological order (Kahn): each ticket after those that it depends on, and of those that could come next the lowest by order_index,
 * then created_at, then id. Dependencies on tickets that are not among these count as met.
 */
export function executionOrder<T extends Ranked>(tickets: readonly T[], dependencies: readonly Dependency[]): readonly Placed<T>[] {
  const sorted = [...tickets].sort(compared);
  const rank = new Map(sorted.map(({ id }, index) => [id, index]));
  const waitsFor: number[][] = sorted.map(() => []);
  const waiting: number[][] = sorted.map(() => []);
  for (const { ticket_id, depends_on_id } of dependencies) {
    const [later, earlier] = [rank.get(ticket_id), rank.get(depends_on_id)];
    if (later === undefined || earlier === undefined) continue;
    waitsFor[later]?.push(earlier);
    waiting[earlier]?.push(later);
  }
  const open = waitsFor.map(({ length }) => length);
  const waves = sorted.map(() => 1);
  const ready = new Lowest();
  for (const [index, count] of open.entries()) if (count === 0) ready.add(index);
  const order: Placed<T>[] = [];
  for (let at = ready.take(); at !== undefined; at = ready.take()) {
    const ticket = sorted[at];
    const wave = waves[at] ?? 1;
    if (ticket !== undefined) order.push({ ticket, wave, waitsFor: (waitsFor[at] ?? []).flatMap((index) => sorted[index]?.id ?? []) });
    for (const later of waiting[at] ?? []) {
      waves[later] = Math.max(waves[later] ?? 1, wave + 1);
      open[later] = (open[later] ?? 1) - 1;
      if (open[later] === 0) ready.add(later);
    }
  }
  if (order.length !== sorted.length) throw new Error('The dependencies of the tickets form a cycle');
  return order;
}

function compared(a: Ranked, b: Ranked): number {
  return a.order_index - b.order_index || a.created_at - b.created_at || (a.id < b.id ? -1 : 1);
}

/** Numbers of which the lowest is taken first: a binary heap. */
class Lowest {
  readonly #heap: number[] = [];

  add(value: number): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(value);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] ?? value;
      if (above <= value) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = value;
  }

  take(): number | undefined {
    const heap = this.#heap;
    const [lowest] = heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return lowest;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const child = (heap[left + 1] ?? Number.POSITIVE_INFINITY) < (heap[left] ?? Number.POSITIVE_INFINITY) ? left + 1 : left;
      const below = heap[child];
      if (below === undefined || below >= last) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
    return lowest;
  }
}
