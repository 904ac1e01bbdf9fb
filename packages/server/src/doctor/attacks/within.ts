import type { Operation } from '@gatehouse/contract';
import type { Input } from '../http.js';
import { asTaken, holdsText } from '../inputs/candidates.js';
import { fieldsOf } from '../inputs/inputs.js';
import { isRecord } from '../values.js';
import type { Place, Settled } from '../world.js';
import { type Reach, foreignFor, payloadsFor, someOf, textsOf } from './reach.js';

type Path = readonly (string | number)[];

interface Leaf {
  readonly path: Path;
  /** The nearest. */
  readonly name: string;
  readonly value: string | number;
}

const TAKEN = 2;

/** Filters, names and ids of the victim's in lists and objects of an input, each in the place of one value that is taken there. */
export function reachesWithin(op: Operation, base: Input, { tables }: Place, victim: Settled): readonly Reach[] {
  const leaves = leavesOf(op, base);
  if (leaves.length === 0) return [];
  const texts = textsOf(victim);
  const names = [...new Set([...texts.values()].flat())];
  const payloads = payloadsFor(op, tables, victim.party);
  const some = someOf(victim);
  return leaves.flatMap(({ path, name, value }) => {
    const put = (attack: string, other: unknown, of = ''): Reach => ({ attack, detail: `${path.join('.')}${of}`, input: replaced(base, path, other) as Input });
    const ids = foreignFor(name, op, some, tables).flatMap(({ id, of }) =>
      asTaken({ type: typeof value }, id).map((taken) => put('foreign id within', taken, of)),
    );
    if (typeof value !== 'string') return ids;
    const taken = [...new Set([...(texts.get(name) ?? []), ...names])].slice(0, TAKEN);
    return [...ids, ...payloads.map((payload) => put('filter or ordering', payload)), ...taken.map((text) => put('taken name within', text))];
  });
}

/** Texts and numbers that stand deeper than in a field or a list of texts: those are tried as they are. */
function leavesOf(op: Operation, base: Input): readonly Leaf[] {
  const deep = fieldsOf(op).filter(({ name, schema }) => typeof base[name] === 'object' && !holdsText(schema));
  return deep.flatMap(({ name }) => [...leavesIn(base[name], [name], name)]);
}

function* leavesIn(value: unknown, path: Path, name: string): Generator<Leaf> {
  if (typeof value === 'string' || typeof value === 'number') yield { path, name, value };
  else if (Array.isArray(value)) for (const [at, item] of value.entries()) yield* leavesIn(item, [...path, at], name);
  else if (isRecord(value)) for (const [key, item] of Object.entries(value)) yield* leavesIn(item, [...path, key], key);
}

/** The same, with another value at this place. */
function replaced(whole: unknown, [first, ...rest]: Path, value: unknown): unknown {
  if (first === undefined) return value;
  if (Array.isArray(whole)) return whole.map((item: unknown, at) => (at === first ? replaced(item, rest, value) : item));
  return isRecord(whole) ? { ...whole, [first]: replaced(whole[first], rest, value) } : whole;
}
