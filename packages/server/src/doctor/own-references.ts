import type { TableDef } from '../domain/tables.js';
import { placesOf } from '../store/sql/ddl-postgres.js';
import { type PartyRows, recordsOf } from './scratch/scratch.js';

/** PostgreSQL's words, as they stand in JSON, or in JSON within JSON. */
const NAMED = /update or delete on table (\\*)"([^"\\]+)\1" violates foreign key constraint \1"([^"\\]+)\1" on table \1"([^"\\]+)\1"/g;

/**
 * Of several references in the way of a statement, PostgreSQL names the one that it comes upon first: in the order of its plan and of
 * the rows on their pages, which nobody has asked for. Where the party's own rows are held by the one that is named, its name is put out
 * of sight: it says nothing that these rows do not say. A name that they do not explain stays.
 */
export function withoutOwnReferences(tables: readonly TableDef[], rows: PartyRows): (text: string) => string {
  const places = placesOf(tables);
  const held = (target: string, constraint: string, from: string): boolean => {
    const place = places.get(constraint);
    if (place?.is !== 'reference' || place.table !== from) return false;
    const column = place.columns[0] ?? '';
    const reference = tables.find(({ name }) => name === from)?.references.find((one) => one.column === column);
    const ids = new Set(recordsOf(rows, target).map(({ id }) => id));
    return reference?.table === target && recordsOf(rows, from).some((row) => ids.has(row[column]));
  };
  const known = new Map<string, boolean>();
  return (text) =>
    text.replace(NAMED, (words, _escapes: string, target: string, constraint: string, from: string) => {
      const key = [target, constraint, from].join('\n');
      const own = known.get(key) ?? held(target, constraint, from);
      known.set(key, own);
      return own ? '«held by a row of its own»' : words;
    });
}
