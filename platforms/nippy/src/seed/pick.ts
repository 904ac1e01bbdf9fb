/** One of them. */
export function one<T>(some: readonly T[], chance: () => number): T {
  return some[Math.floor(chance() * some.length)] as T;
}

export function idIn(ids: ReadonlyMap<string, string>, name: string): string {
  const id = ids.get(name);
  if (id === undefined) throw new Error(`The sample has no "${name}"`);
  return id;
}
