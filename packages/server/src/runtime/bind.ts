import type { Operation } from '@gatehouse/contract';
import type { z } from 'zod';
import type { TableDef } from '../domain/tables.js';
import type { DatabaseOf } from '../store/unit.js';
import type { Binding, Handler } from './types.js';

/** Joins an operation to the function that does it. */
export type Bind<Database> = <In extends z.ZodObject, Out extends z.ZodType>(op: Operation<In, Out>, run: Handler<In, Out, Database>) => Binding;

/** `bind` for handlers whose `context.db` knows these tables. */
export function bindTo<const Tables extends readonly TableDef[]>(_tables: Tables): Bind<DatabaseOf<Tables>> {
  return (op, run) => ({ op: op as unknown as Operation, run });
}
