import type { Operation } from '@gatehouse/contract';
import type { z } from 'zod';
import type { TableDef } from '../domain/tables.js';
import type { DatabaseOf } from '../store/unit.js';
import type { Binding, Completer, Handler } from './types.js';

/** Joins an operation to the function that does it. */
export type Bind<Database> = <In extends z.ZodObject, Out extends z.ZodType>(
  op: Operation<In, Out>,
  run: Settled<In, Out, Database>,
  more?: { readonly complete?: { readonly [Name in keyof z.input<In>]?: Completer<Database> } },
) => Binding;

/**
 * The handler as a conditional type, which TypeScript resolves before it reads the function: literals in what is returned then keep their
 * types, where a plain `Handler<In, Out, Database>` would widen `'open'` to `string`.
 */
type Settled<In extends z.ZodObject, Out extends z.ZodType, Database> = [Out] extends [z.ZodType] ? Handler<In, Out, Database> : never;

/** `bind` for handlers whose `context.db` knows these tables. */
export function bindTo<const Tables extends readonly TableDef[]>(_tables: Tables): Bind<DatabaseOf<Tables>> {
  return (op, run, { complete } = {}) => ({
    op: op as unknown as Operation,
    run,
    ...(complete === undefined ? {} : { complete: complete as unknown as NonNullable<Binding['complete']> }),
  });
}
