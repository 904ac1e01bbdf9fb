import type { TableDef } from '../../domain/tables.js';
import type { Party, PartyRows } from '../scratch/scratch.js';
import { recordsOf } from '../scratch/scratch.js';

/** Something with an id, and the table that it is in. */
export interface Known {
  readonly table: string;
  readonly id: string;
}

/** Everything of a party that has an id, the newest last; without the credentials that it calls with. */
export function knownIn(rows: PartyRows, tables: readonly TableDef[], { tenant, users }: Party, calling: readonly string[]): readonly Known[] {
  const within = (table: string): Known[] =>
    recordsOf(rows, table).flatMap(({ id }) => (typeof id === 'string' && !calling.includes(id) ? [{ table, id }] : []));
  const declared = tables.flatMap(({ name }) => within(name));
  return [
    ...declared,
    ...within('gatehouse_keys'),
    ...within('gatehouse_sessions'),
    ...within('gatehouse_grants'),
    ...within('gatehouse_invitations'),
    ...users.map((id) => ({ table: 'gatehouse_users', id })),
    { table: 'gatehouse_tenants', id: tenant },
  ];
}

export interface Ranked extends Known {
  /** 0 is the likeliest. */
  readonly rank: number;
}

/** Before one of each other table is. */
const OF_THE_BEST = 6;
/** More are never tried. */
const MOST = 64;

/** Ids for a field of an operation, the likeliest first; early on one of each table, for not every name says what it is the id of. */
export function likeliest(field: string, operation: string, known: readonly Known[], tables: readonly TableDef[]): readonly string[] {
  const ranked = rankedFor(field, operation, known, tables);
  const taken = new Map<string, number>();
  const early = ranked.filter(({ table }) => {
    const count = (taken.get(table) ?? 0) + 1;
    taken.set(table, count);
    return count <= (table === ranked[0]?.table ? OF_THE_BEST : 1);
  });
  const chosen = new Set(early);
  return [...early, ...ranked.filter((one) => !chosen.has(one)).slice(0, Math.max(0, MOST - early.length))].map(({ id }) => id);
}

/** First those of the table that a column of this name refers to, then of the one that the names share. */
export function rankedFor(field: string, operation: string, known: readonly Known[], tables: readonly TableDef[]): readonly Ranked[] {
  // An own id may refer as well, as of a row that is the rest of another; what it is the id of, only the operation says.
  const referred = (field === 'id' ? [] : tables).flatMap(({ references }) => references.filter(({ column }) => column === field).map(({ table }) => table));
  const words = wordsOf(operation);
  const rank = (table: string): number => {
    if (referred.includes(table)) return 0;
    const stem = table.replace(/^gatehouse_/, '');
    const last = stem.slice(stem.lastIndexOf('_') + 1);
    if (field !== 'id' && (field.startsWith(one(stem)) || field.startsWith(`${one(last)}_`))) return 1;
    if (operation.startsWith(stem) || words.some((word) => word === one(stem) || word === one(last))) return 2;
    return wordsOf(stem).some((word) => words.includes(word)) ? 3 : 4;
  };
  const ranks = new Map([...new Set(known.map(({ table }) => table))].map((table) => [table, rank(table)]));
  return known.map((thing) => ({ ...thing, rank: ranks.get(thing.table) ?? 0 })).sort((a, b) => a.rank - b.rank);
}

/** `links` → `link` */
export const one = (plural: string): string => plural.replace(/s$/, '');
const wordsOf = (name: string): readonly string[] => name.split('_').map(one);
