/** What came of one attack on one target, with one set of layers on one database. */
export interface Tally {
  readonly database: string;
  readonly layers: string;
  readonly target: string;
  readonly attack: string;
  attempts: number;
  /** Answers that held something of the victim's. */
  leaks: number;
  /** Rows of the victim's that were not as before. */
  changes: number;
  /** Answers that were another where the victim's things do not exist. */
  differences: number;
  /** Attempts that were done: an answer of success, or a statement that the database ran. */
  done: number;
}

export interface Finding extends Pick<Tally, 'database' | 'layers' | 'target' | 'attack'> {
  readonly is: 'leak' | 'change' | 'difference';
  readonly detail: string;
  readonly seen: string;
}

export interface Report {
  readonly platform: string;
  readonly tallies: readonly Tally[];
  /** The first of each kind. */
  readonly findings: readonly Finding[];
  /** Raw statements that were refused, by database. */
  readonly refusedStatements: Readonly<Record<string, readonly string[]>>;
  /** What was found with both layers off, where something must be. */
  readonly blind: { readonly leaks: number; readonly changes: number; readonly differences: number };
  /** What succeeded with both layers, and not once with one of them: there, nothing is proven of it. `<layers>: <target>` */
  readonly idle: readonly string[];
  /** Operations that nothing the attacker could ask for was answered with success. */
  readonly unreached: readonly string[];
  readonly seconds: number;
}

/** All zero, and able to find something. */
export function holds({ tallies, blind }: Report): boolean {
  return (
    tallies.every(({ leaks, changes, differences }) => leaks + changes + differences === 0) && blind.leaks > 0 && blind.changes > 0 && blind.differences > 0
  );
}

export type Counts = Pick<Tally, 'attempts' | 'done' | 'leaks' | 'changes' | 'differences'>;

/** Sums by the given columns, in the order in which they first come. */
export function summed<By extends 'database' | 'layers' | 'target' | 'attack'>(
  tallies: readonly Tally[],
  by: readonly By[],
): readonly (Pick<Tally, By> & Counts)[] {
  const sums = new Map<string, Pick<Tally, By> & { -readonly [C in keyof Counts]: number }>();
  for (const tally of tallies) {
    const key = JSON.stringify(by.map((name) => tally[name]));
    const sum = sums.get(key) ?? {
      ...(Object.fromEntries(by.map((name) => [name, tally[name]])) as Pick<Tally, By>),
      attempts: 0,
      done: 0,
      leaks: 0,
      changes: 0,
      differences: 0,
    };
    sums.set(key, sum);
    for (const count of ['attempts', 'done', 'leaks', 'changes', 'differences'] as const) sum[count] += tally[count];
  }
  return [...sums.values()];
}

/** Targets that did something in the first set of layers, and nothing in another. */
export function idleIn(tallies: readonly Tally[], excused: (layers: string, target: string) => boolean): readonly string[] {
  const [first] = tallies;
  const sums = summed(tallies, ['layers', 'target']);
  const alive = new Set(sums.filter(({ layers, done }) => layers === first?.layers && done > 0).map(({ target }) => target));
  return sums.flatMap(({ layers, target, done }) => (done === 0 && alive.has(target) && !excused(layers, target) ? [`${layers}: ${target}`] : []));
}
