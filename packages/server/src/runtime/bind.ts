import type { Operation } from '@gatehouse/contract';
import type { z } from 'zod';
import type { TableDef } from '../domain/tables.js';
import type { DatabaseOf } from '../store/unit.js';
import type { Binding, Completer, Handler } from './types.js';

/** Joins an operation to the function that does it. */
export type Bind<Database> = <In extends z.ZodObject, Out extends z.ZodType>(
  op: Operation<In, Out>,
  run: Handler<In, Out, Database>,
  more?: { readonly complete?: { readonly [Name in keyof z.input<In>]?: Completer<Database> } },
) => Binding;

/** `bind` for handlers whose `context.db` knows these tables. */
export function bindTo<const Tables extends readonly TableDef[]>(_tables: Tables): Bind<DatabaseOf<Tables>> {
  return (op, run, { complete } = {}) => ({
    op: op as unknown as Operation,
    run,
    ...(complete === undefined ? {} : { complete: complete as unknown as NonNullable<Binding['complete']> }),
  });
}
