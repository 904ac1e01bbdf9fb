import type { Operation } from '@gatehouse/contract';
import type { TableDef } from '../../domain/tables.js';
import type { Addition, Input } from '../http.js';
import { type Known, rankedFor } from '../inputs/ids.js';
import { type Party, recordsOf } from '../scratch/scratch.js';
import { isRecord } from '../values.js';
import type { Settled } from '../world.js';

/** An input that reaches out, and what else goes with it. */
export interface Reach {
  readonly attack: string;
  readonly detail: string;
  readonly input: Input;
  readonly addition?: Addition;
}

/** Of each table. */
const FOREIGN_IDS = 2;

/** Some ids of everything that the victim has. */
export function someOf({ known }: Settled): readonly Known[] {
  return [...new Set(known.map(({ table }) => table))].flatMap((table) => known.filter((one) => one.table === table).slice(0, FOREIGN_IDS));
}

export interface ForeignId {
  readonly id: string;
  readonly attack: string;
  /** Of what kind, where it is another than the field's. */
  readonly of: string;
}

/** The ids of the tables that a field may be about; of any other table one, lest it is about something else than its name says. */
export function foreignFor(field: string, { name }: Operation, some: readonly Known[], tables: readonly TableDef[]): readonly ForeignId[] {
  const ranked = rankedFor(field, name, some, tables);
  const best = ranked[0]?.rank;
  const tried = new Set<string>();
  return ranked.flatMap(({ id, rank, table }) => {
    if (rank === best) return [{ id, attack: 'foreign id', of: '' }];
    return tried.has(table) ? [] : tried.add(table) && [{ id, attack: 'foreign id of another kind', of: `, of ${table}` }];
  });
}

/** Both surfaces run the same pipeline: where one has had all, some do for the other. What is only written down reaches nothing: fewer do. */
export const SHARE = 3;

/** Words of a filter or an ordering that try to reach out. */
export function payloadsFor({ effect }: Operation, tables: readonly TableDef[], party: Party): readonly string[] {
  const payloads = allPayloads(tables, party);
  return effect === 'read' ? payloads : payloads.filter((_payload, i) => i % SHARE === 0);
}

export function allPayloads(tables: readonly TableDef[], party: Party): readonly string[] {
  const table = tables[0]?.name ?? 'tenants';
  return [
    "' or 1=1 --",
    '" or ""="',
    "x') or ('1'='1",
    `x' union select * from ${table} --`,
    `'; delete from ${table}; --`,
    '*',
    '%',
    '_%',
    'tenant_id',
    `tenant_id = '${party.tenant}'`,
    '$.tenant_id',
    '{"$ne":null}',
    '-tenant_id',
    '../../tenants',
    party.tenant,
  ];
}

/** The victim's texts by the name of their column. */
export function textsOf({ rows, mark }: Settled): ReadonlyMap<string, readonly string[]> {
  const texts = new Map<string, string[]>();
  for (const table of rows.keys()) {
    for (const record of recordsOf(rows, table)) {
      for (const [name, value] of Object.entries(isRecord(record) ? record : {})) {
        if (typeof value !== 'string' || !value.startsWith(mark)) continue;
        const list = texts.get(name);
        if (list === undefined) texts.set(name, [value]);
        else if (!list.includes(value)) list.push(value);
      }
    }
  }
  return texts;
}
