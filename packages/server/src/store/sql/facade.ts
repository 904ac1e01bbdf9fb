import { type CompiledQuery, DefaultQueryExecutor, type DialectAdapter, type QueryCompiler, QueryCreator, type QueryResult } from 'kysely';
import type { TableDef } from '../../domain/tables.js';
import { bothLayers, type Layers } from '../layers.js';
import type { Snapshot, TenantDb } from '../unit.js';
import { Guard, type GuardOptions } from './guard.js';
import { type Schema, schemaOf } from './schema.js';

/** A query bound to its tenant, as text and values; the only thing that ever reaches a database from a facade. */
export interface BoundQuery {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  readonly writes: boolean;
}

export type RunQuery = (query: BoundQuery) => Promise<QueryResult<unknown>>;

export interface FacadeDialect {
  /** Turns a bound tree into the dialect's text. */
  readonly compiler: QueryCompiler;
  readonly adapter: DialectAdapter;
  readonly guard: GuardOptions;
}

/**
 * Makes facades. Binding happens where queries are compiled, and only what was compiled here is run, so that neither
 * plugins nor a builder that somebody has altered can go round it.
 */
export class Facades {
  readonly schema: Schema;
  readonly #guard: Guard;
  readonly #dialect: FacadeDialect;

  constructor(tables: readonly TableDef[], dialect: FacadeDialect, layers: Layers = bothLayers) {
    this.schema = schemaOf(tables);
    this.#guard = new Guard(this.schema, dialect.guard, layers.facade);
    this.#dialect = dialect;
  }

  /** A facade over `run`, for one tenant. Cheap: made for every call. */
  open(tenant: string, run: RunQuery): TenantDb {
    if (typeof tenant !== 'string' || tenant === '') throw new Error('A facade needs a tenant');
    const bound = new WeakMap<CompiledQuery, BoundQuery>();
    const compiler: QueryCompiler = {
      compileQuery: (node, queryId) => {
        const compiled = this.#dialect.compiler.compileQuery(this.#guard.bind(node, tenant, queryId), queryId);
        // A copy: the one that was compiled is in the caller's hands.
        bound.set(compiled, { sql: compiled.sql, parameters: [...compiled.parameters], writes: node.kind !== 'SelectQueryNode' });
        return compiled;
      },
    };
    const connection = {
      async executeQuery<R>(compiled: CompiledQuery): Promise<QueryResult<R>> {
        const query = bound.get(compiled);
        if (query === undefined) throw new Error('This query was not made by this facade');
        return (await run(query)) as QueryResult<R>;
      },
      async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
        yield await Promise.reject(new Error('Streaming is not offered: read page by page'));
      },
    };
    const provider = { provideConnection: <T>(use: (to: typeof connection) => Promise<T>): Promise<T> => use(connection) };
    return fiveVerbs(new QueryCreator<never>({ executor: new DefaultQueryExecutor(compiler, this.#dialect.adapter, provider) }));
  }

  /** A facade that only reads. */
  openToRead(tenant: string, run: RunQuery): Snapshot['db'] {
    const { selectFrom } = this.open(tenant, run);
    return Object.freeze({ selectFrom });
  }
}

function fiveVerbs(creator: QueryCreator<never>): TenantDb {
  return Object.freeze({
    selectFrom: creator.selectFrom.bind(creator) as TenantDb['selectFrom'],
    insertInto: creator.insertInto.bind(creator),
    updateTable: creator.updateTable.bind(creator) as TenantDb['updateTable'],
    deleteFrom: creator.deleteFrom.bind(creator) as TenantDb['deleteFrom'],
    with: creator.with.bind(creator) as TenantDb['with'],
  });
}
