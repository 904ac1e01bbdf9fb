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

/** Ids for a field of an operation, the likeliest first. */
export function likeliest(field: string, operation: string, known: readonly Known[], tables: readonly TableDef[]): readonly string[] {
  return rankedFor(field, operation, known, tables).map(({ id }) => id);
}

/** First those of the table that a column of this name refers to, then of the one that the names share. */
export function rankedFor(field: string, operation: string, known: readonly Known[], tables: readonly TableDef[]): readonly Ranked[] {
  // An own id may refer as well, as of a row that is the rest of another; what it is the id of, only the operation says.
  const referred = (field === 'id' ? [] : tables).flatMap(({ references }) => references.filter(({ column }) => column === field).map(({ table }) => table));
  const rank = ({ table }: Known): number => {
    if (referred.includes(table)) return 0;
    const stem = table.replace(/^gatehouse_/, '');
    if (field !== 'id' && field.startsWith(stem.replace(/s$/, ''))) return 1;
    if (operation.startsWith(stem) || operation.includes(`_${stem}_`)) return 2;
    return 3;
  };
  return known.map((one) => ({ ...one, rank: rank(one) })).sort((a, b) => a.rank - b.rank);
}
