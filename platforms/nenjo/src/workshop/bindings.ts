import { type Binding, type ConstraintError, type Refusal, type RowOf, type TableDef, refuse } from 'gatehouse';
import { constrained } from '../conflicts.js';
import { type Db, bind } from '../tables.js';
import { type Kept, type KeptOperations, operationsOf } from './resource.js';

/** What the database fills a row with, and no caller. */
type Owned = 'id' | 'created_by' | 'created_at' | 'updated_at';

export interface KeptSpec<T extends TableDef> extends Omit<Kept, 'name' | 'fields'> {
  readonly table: T;
  readonly fields: { readonly [Column in Exclude<keyof RowOf<T>, Owned>]: Kept['fields'][string] & { readonly _zod: { readonly output: RowOf<T>[Column] } } };
  /** What a row must be as a whole, once it stands. */
  readonly check?: (row: RowOf<T>) => Refusal | undefined;
  /** Rows that the given fields refer to and that are not there. */
  readonly missing?: (db: Db, given: Partial<RowOf<T>>) => Promise<Refusal | undefined>;
  /** What still needs the row. */
  readonly uses?: (db: Db, id: string) => Promise<Refusal | undefined>;
}

/** The operations of one table of the workshop, and what they do. */
export function bindKept<T extends TableDef>(spec: KeptSpec<T>): { readonly operations: KeptOperations; readonly bindings: readonly Binding[] } {
  // The query builder cannot type a table that is not known before it runs, so it is told one of them, of which only columns that
  // all have are named. That the fields of a call are the table's columns is what `KeptSpec` makes sure of.
  const name = spec.table.name as 'pipeline_assignments';
  const operations = operationsOf({ ...spec, name, fields: spec.fields });
  const noun = spec.one.replace(/^an? /, '');
  const parts: Parts = {
    name,
    operations,
    filters: spec.filters ?? [],
    unknown: () => refuse('not_found', `There is no ${noun} with this id.`),
    checked: (row) => spec.check?.(row as RowOf<T>) ?? row,
    missing: async (db, given) => spec.missing?.(db, given as Partial<RowOf<T>>),
    uses: async (db, id) => spec.uses?.(db, id),
    unlessTaken: (work) => constrained(work, { unique: (error) => taken(spec, error), reference: goneMeanwhile }),
  };
  return { operations, bindings: [bindList(parts), bindGet(parts), bindCreate(parts), bindUpdate(parts), bindDelete(parts)] };
}

interface Parts {
  readonly name: 'pipeline_assignments';
  readonly operations: KeptOperations;
  readonly filters: readonly string[];
  readonly unknown: () => Refusal;
  readonly checked: (row: object) => object;
  readonly missing: (db: Db, given: object) => Promise<Refusal | undefined>;
  readonly uses: (db: Db, id: string) => Promise<Refusal | undefined>;
  readonly unlessTaken: (work: Promise<unknown>) => Promise<unknown>;
}

function find(db: Db, { name }: Parts, id: unknown) {
  const found = db.selectFrom(name).selectAll();
  return found.where('id', '=', id as string).executeTakeFirst();
}

function bindList({ name, operations, filters }: Parts): Binding {
  return bind(operations.list, ({ limit, offset, ...given }, { db }) => {
    let query = db.selectFrom(name).selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc');
    for (const column of filters) if (given[column] !== undefined) query = query.where(column as 'id', '=', given[column] as string);
    const page = query.limit(limit as number).offset(offset as number);
    return page.execute();
  });
}

function bindGet(parts: Parts): Binding {
  return bind(parts.operations.get, async ({ id }, { db }) => (await find(db, parts, id)) ?? parts.unknown());
}

function bindCreate({ name, operations, checked, missing, unlessTaken }: Parts): Binding {
  return bind(operations.create, (given, { tx, id, now, principal }) =>
    unlessTaken(
      tx(async ({ db }) => {
        const refused = await missing(db, given);
        if (refused !== undefined) return refused;
        const at = now();
        const row = { ...given, id: id(), created_by: principal.user ?? null, created_at: at, updated_at: at };
        await db
          .insertInto(name)
          .values(row as never)
          .execute();
        return checked(row);
      }),
    ),
  );
}

function bindUpdate(parts: Parts): Binding {
  const { name, operations, unknown, checked, missing, unlessTaken } = parts;
  return bind(operations.update, ({ id, ...changes }, { tx, now }) =>
    unlessTaken(
      tx(async ({ db }) => {
        // As in JSON Merge Patch (RFC 7396), an empty patch changes nothing, and is fine.
        if (Object.keys(changes).length === 0) return (await find(db, parts, id)) ?? unknown();
        const refused = await missing(db, changes);
        if (refused !== undefined) return refused;
        const changed = db.updateTable(name).set({ ...changes, updated_at: now() } as never);
        const row = await changed
          .where('id', '=', id as string)
          .returningAll()
          .executeTakeFirst();
        return row === undefined ? unknown() : checked(row);
      }),
    ),
  );
}

function bindDelete(parts: Parts): Binding {
  const { name, operations, unknown, uses, unlessTaken } = parts;
  return bind(operations.remove, ({ id }, { tx }) =>
    unlessTaken(
      tx(async ({ db }) => {
        if ((await find(db, parts, id)) === undefined) return unknown();
        const used = await uses(db, id as string);
        if (used !== undefined) return used;
        const gone = db.deleteFrom(name).where('id', '=', id as string);
        await gone.execute();
        return { id, deleted: true };
      }),
    ),
  );
}

function taken({ table, one }: { readonly table: TableDef; readonly one: string }, { columns }: ConstraintError): Refusal {
  // Where the database does not tell, it is one of them.
  const broken = columns.length > 0 ? [columns] : table.unique;
  const message = `There is ${one} with the same ${broken.map((together) => together.join(' and ')).join(' or ')} already`;
  const fields = columns.map((path) => ({ path, message }));
  return refuse('conflict', `${message}.`, { fields, next: 'Change that one, or send another.' });
}

function goneMeanwhile(): Refusal {
  return refuse('conflict', 'Something that this refers to, or is referred to by, changed at the same moment.', { next: 'Look again, then repeat the call.' });
}
