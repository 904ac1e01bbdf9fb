/** What one process has measured, as plain data: it travels to the first of several processes, which adds it up. */
export type Snapshot = readonly Family[];

export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** What several processes make together. Counters and histograms are added up. */
  readonly together: 'sum' | 'max' | 'min';
  readonly samples: readonly Sample[];
}

export interface Sample {
  /** As they are written: `operation="tickets_create",surface="rest"`; empty where there are none. */
  readonly labels: string;
  /** One value; of a histogram the count of each bucket, one beyond the last bound, and the sum of all that was measured. */
  readonly values: readonly number[];
}

/** Upper bounds of a histogram's buckets, in seconds. */
export const DURATION_BOUNDS: readonly number[] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What several processes have measured, as one. */
export function together(snapshots: readonly Snapshot[]): Snapshot {
  const families = new Map<string, { readonly family: Family; readonly samples: Map<string, number[]> }>();
  for (const family of snapshots.flat()) {
    const known = families.get(family.name) ?? { family, samples: new Map<string, number[]>() };
    families.set(family.name, known);
    for (const { labels, values } of family.samples) known.samples.set(labels, joined(known.samples.get(labels), values, family.together));
  }
  return [...families.values()].map(({ family, samples }) => ({ ...family, samples: [...samples].map(([labels, values]) => ({ labels, values })) }));
}

function joined(before: readonly number[] | undefined, values: readonly number[], how: Family['together']): number[] {
  if (before === undefined) return [...values];
  const join = { sum: added, max: Math.max, min: Math.min }[how];
  return before.map((value, index) => join(value, values[index] ?? value));
}

/** In millionths, which is how finely anything here is measured: so the same numbers make the same sum in whatever order they come. */
function added(a: number, b: number): number {
  return Math.round((a + b) * 1e6) / 1e6;
}

/** What still counts once its process has ended: a counter never goes back. */
export function lasting(snapshot: Snapshot): Snapshot {
  return snapshot.filter(({ type }) => type !== 'gauge');
}

/** Labels as they are written (Prometheus text format 0.0.4). */
export function labelled(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replace(/[\\"\n]/g, (one) => (one === '\n' ? '\\n' : `\\${one}`))}"`)
    .join(',');
}
