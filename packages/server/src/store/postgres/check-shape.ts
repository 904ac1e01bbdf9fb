import type { TableDef } from '../../domain/tables.js';
import { columnTypes, isText, type Place, placesOf } from '../sql/ddl-postgres.js';
import type { Session } from './session.js';

interface Shape {
  /** `<name> <type> <nullable> <collation>`. */
  readonly columns: readonly string[];
  /** `<kind> <name>`: `p`, `f`, `u` for a unique index, `i` for any other; none that is not valid. */
  readonly places: readonly string[];
}

const SHAPES = `
select c.relname::text as name,
  (select coalesce(json_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), case when a.attnotnull then 'not null' else 'null' end, l.collname)), '[]')
    from pg_attribute a left join pg_collation l on l.oid = a.attcollation where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
  (select coalesce(json_agg(k.contype::text || ' ' || k.conname), '[]') from pg_constraint k where k.conrelid = c.oid and k.contype in ('p', 'f') and k.convalidated) as constraints,
  (select coalesce(json_agg(case when i.indisunique then 'u' else 'i' end || ' ' || x.relname), '[]')
    from pg_index i join pg_class x on x.oid = i.indexrelid where i.indrelid = c.oid and i.indisvalid and not i.indisprimary) as indexes
from pg_class c where c.relnamespace = (select oid from pg_namespace where nspname = current_schema()) and c.relkind in ('r', 'p') and c.relname = any ($1)`;

const letters: Readonly<Record<Place['is'], string>> = { 'primary key': 'p', reference: 'f', unique: 'u', index: 'i' };

/** Whether the tables that are there have the columns, keys, references and indexes that are declared. Those that are not there are somebody else's concern. */
export async function checkShape(session: Session, tables: readonly TableDef[]): Promise<void> {
  const { rows } = await session.query(SHAPES, [tables.map(({ name }) => name)]);
  const shapes = new Map(rows.map((row) => [String(row.name), shapeOf(row)]));
  const places = placesOf(tables);
  for (const table of tables) {
    const shape = shapes.get(table.name);
    if (shape === undefined) continue;
    const differing = difference(columnsOf(table), shape.columns);
    if (differing !== undefined) throw differs(table.name, `the column ${differing}`);
    for (const [name, place] of places) {
      if (place.table !== table.name || shape.places.includes(`${letters[place.is]} ${name}`)) continue;
      throw differs(table.name, `the ${place.is} on (${place.columns.join(', ')})`);
    }
  }
}

function shapeOf(row: Record<string, unknown>): Shape {
  return { columns: row.columns as string[], places: [...(row.constraints as string[]), ...(row.indexes as string[])] };
}

function columnsOf({ columns }: TableDef): readonly string[] {
  const declared = Object.entries(columns).map(([name, { kind, nullable }]) => {
    const parts = [name, columnTypes[kind], nullable ? 'null' : 'not null'];
    return [...parts, ...(isText(kind) ? ['C'] : [])].join(' ');
  });
  return ['tenant_id text not null C', ...declared];
}

/** The name of the first that is on one side only. */
function difference(declared: readonly string[], found: readonly string[]): string | undefined {
  const first = declared.find((column) => !found.includes(column)) ?? found.find((column) => !declared.includes(column));
  return first === undefined ? undefined : `"${first.slice(0, first.indexOf(' '))}"`;
}

function differs(table: string, what: string): Error {
  return new Error(`The table "${table}" differs from its declaration: ${what}. Somebody has changed it by hand: change it back`);
}
