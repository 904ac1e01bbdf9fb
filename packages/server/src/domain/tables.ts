/**
 * Declared tables: the DDL of both dialects, keys that lead with the tenant and composite foreign keys derive,
 * so that a row can neither collide with nor refer to another tenant's.
 */
export type ColumnKind = 'uuid' | 'text' | 'integer' | 'real' | 'boolean' | 'timestamp' | 'json' | 'bytes';

export interface Column<T = unknown, Defaulted extends boolean = boolean> {
  readonly kind: ColumnKind;
  readonly nullable: boolean;
  /** A literal default, applied by the database. */
  readonly default?: string | number | boolean;
  /** Only at the type level: what a row holds, and whether an insert may leave it out. */
  readonly holds?: { readonly value: T; readonly defaulted: Defaulted };
}

export interface Reference {
  /** Columns of this table, then the table they refer to; always within the tenant, always to its `id`. */
  readonly column: string;
  readonly table: string;
  readonly onDelete: 'restrict' | 'cascade' | 'set null';
}

export interface TableDef<Name extends string = string, Columns extends Record<string, Column> = Record<string, Column>> {
  readonly name: Name;
  readonly columns: Columns;
  /** Each a list of columns, unique within a tenant. `id` is unique without saying. */
  readonly unique: readonly (readonly string[])[];
  /** Each a list of columns to look rows up by; the tenant leads without saying. */
  readonly indexes: readonly (readonly string[])[];
  readonly references: readonly Reference[];
  /** Columns of text whose words rows are found by (`context.search`). */
  readonly search?: readonly string[];
  /** Columns of sealed secrets: no export holds them. */
  readonly sealed?: readonly string[];
}

function column<T, Defaulted extends boolean = false>(kind: ColumnKind, over: Partial<Column> = {}): Column<T, Defaulted> {
  return { kind, nullable: false, ...over } as Column<T, Defaulted>;
}

/** Column kinds. `timestamp` holds Unix milliseconds; `or` is the default that the database fills in. */
export const col = {
  uuid: () => column<string>('uuid'),
  /** `col.text<'open' | 'done'>()` where the schema bounds what it holds. */
  text: <T extends string = string>() => column<T>('text'),
  integer: () => column<number>('integer'),
  real: () => column<number>('real'),
  boolean: () => column<boolean>('boolean'),
  timestamp: () => column<number>('timestamp'),
  json: <T = unknown>() => column<T>('json'),
  bytes: () => column<Uint8Array>('bytes'),
  /** The same column, but it may be null, and is where an insert leaves it out. */
  nullable: <T>(base: Column<T, false>): Column<T | null, true> => column<T | null, true>(base.kind, { nullable: true }),
  /** The same column with a default: `col.or(col.integer(), 0)`. */
  or: <T extends string | number | boolean>(base: Column<T, false>, value: T): Column<T, true> => column<T, true>(base.kind, { default: value }),
} as const;

export interface TableOptions<Columns> {
  readonly columns: Columns;
  readonly unique?: readonly (readonly (keyof Columns & string)[])[];
  readonly indexes?: readonly (readonly (keyof Columns & string)[])[];
  /** Columns of text whose words rows are found by (`context.search`): the database keeps an index of them. */
  readonly search?: readonly (keyof Columns & string)[];
  /** Columns of sealed secrets (`context.sealed`): no export holds them. */
  readonly sealed?: readonly (keyof Columns & string)[];
  /** `{ project_id: { table: 'projects', onDelete: 'cascade' } }`. @default onDelete 'restrict' */
  readonly references?: { readonly [C in keyof Columns & string]?: { readonly table: string; readonly onDelete?: Reference['onDelete'] } };
}

/** Declares a table whose every row belongs to one tenant. It has an `id`, unique within the tenant. */
export function tenantTable<const Name extends string, Columns extends { id: Column<string> } & Record<string, Column>>(
  name: Name,
  options: TableOptions<Columns>,
): TableDef<Name, Columns> {
  const references = Object.entries(options.references ?? {}) as [string, { table: string; onDelete?: Reference['onDelete'] }][];
  return {
    name,
    columns: options.columns,
    unique: options.unique ?? [],
    indexes: options.indexes ?? [],
    ...(options.search === undefined ? {} : { search: options.search }),
    ...(options.sealed === undefined ? {} : { sealed: options.sealed }),
    references: references.map(([column, to]) => ({ column, table: to.table, onDelete: to.onDelete ?? 'restrict' })),
  };
}

/** Those referred to before those that refer, as far as they do not refer in a circle. `by`: references that matter. @default all */
export function referredFirst(tables: readonly TableDef[], by: (reference: Reference, table: TableDef) => boolean = () => true): readonly TableDef[] {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const ordered = new Set<TableDef>();
  const visiting = new Set<TableDef>();
  const visit = (table: TableDef): void => {
    if (ordered.has(table) || visiting.has(table)) return;
    visiting.add(table);
    for (const reference of table.references) {
      const found = by(reference, table) ? byName.get(reference.table) : undefined;
      if (found !== undefined) visit(found);
    }
    ordered.add(table);
  };
  for (const table of tables) visit(table);
  return [...ordered];
}
