import { type Operation, defineOperation, people, timestamp } from 'gatehouse';
import { z } from 'zod';
import { deleted, page, uuid } from '../fields.js';

type Shape = Readonly<Record<string, z.ZodType>>;

/** What people keep for their workers: five operations over one table. */
export interface Kept {
  readonly name: 'skills' | 'lambdas' | 'modes' | 'mcp_servers' | 'pipeline_assignments';
  readonly path: string;
  /** "a skill", "skills". */
  readonly one: string;
  readonly many: string;
  /** A sentence: what they are for. */
  readonly about: string;
  /** The columns that callers give, as they may be given. */
  readonly fields: Shape;
  readonly defaults: Readonly<Record<string, unknown>>;
  /** The same columns, and perhaps others, as they are shown. */
  readonly shown: Shape;
  /** Fields that a list can be narrowed down by. */
  readonly filters?: readonly string[];
}

export interface KeptOperations {
  readonly list: Operation;
  readonly get: Operation;
  readonly create: Operation;
  readonly update: Operation;
  readonly remove: Operation;
}

const owned = { created_by: z.string().nullable(), created_at: timestamp(), updated_at: timestamp() };
const access = { scope: null, by: people };

/** Listed, shown, made, changed and deleted by people, over REST: no scope covers them, and no tool. */
export function operationsOf(kept: Kept): KeptOperations {
  const item = z.object({ id: z.string(), ...kept.shown, ...owned });
  return { ...reads(kept, item), ...writes(kept, item) };
}

const id = uuid().describe('The id');

function reads({ name, path, one, many, about, fields, filters = [] }: Kept, item: z.ZodType): Pick<KeptOperations, 'list' | 'get'> {
  return {
    list: defineOperation({
      name: `${name}_list`,
      title: `List ${many}`,
      description: `Lists ${many}, newest first. ${about}`,
      access,
      input: z.object({ ...optional(fields, filters), ...page }),
      output: z.array(item),
      effect: 'read',
      rest: { method: 'GET', path },
    }),
    get: defineOperation({
      name: `${name}_get`,
      title: `Get ${one}`,
      description: `Shows ${one} by its id.`,
      access,
      input: z.object({ id }),
      output: item,
      errors: ['not_found'],
      effect: 'read',
      rest: { method: 'GET', path: `${path}/:id` },
    }),
  };
}

function writes(kept: Kept, item: z.ZodType): Pick<KeptOperations, 'create' | 'update' | 'remove'> {
  const { name, path, one, about, fields } = kept;
  return {
    create: defineOperation({
      name: `${name}_create`,
      title: `Create ${one}`,
      description: `Keeps ${one}. ${about}`,
      access,
      input: z.object(withDefaults(kept)),
      output: item,
      errors: ['not_found', 'conflict'],
      effect: 'create',
      rest: { method: 'POST', path },
    }),
    update: defineOperation({
      name: `${name}_update`,
      title: `Update ${one}`,
      description: `Changes the given fields of ${one} and leaves the others; objects and lists are replaced as a whole.`,
      access,
      input: z.object({ id, ...optional(fields, Object.keys(fields)) }),
      output: item,
      errors: ['not_found', 'conflict'],
      effect: 'update',
      idempotent: true,
      rest: { method: 'PATCH', path: `${path}/:id` },
    }),
    remove: defineOperation({
      name: `${name}_delete`,
      title: `Delete ${one}`,
      description: `Deletes ${one} for good.`,
      access,
      input: z.object({ id }),
      output: deleted,
      errors: ['not_found', 'conflict'],
      effect: 'delete',
      idempotent: true,
      rest: { method: 'DELETE', path: `${path}/:id`, status: 204 },
    }),
  };
}

function optional(fields: Shape, names: readonly string[]): Shape {
  return Object.fromEntries(names.flatMap((field) => (fields[field] === undefined ? [] : [[field, fields[field].optional()]])));
}

function withDefaults({ fields, defaults }: Kept): Shape {
  return Object.fromEntries(
    Object.entries(fields).map(([field, schema]) => [field, Object.hasOwn(defaults, field) ? schema.default(defaults[field]) : schema]),
  );
}
