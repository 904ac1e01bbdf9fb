import { z } from 'zod';
import { usedBySteps } from '../in-use.js';
import { bindKept } from './bindings.js';
import { named, namedShown, text } from './fields.js';
import { lambdas } from './tables.js';
import { interpreters } from './values.js';

/** Inside the worker's folder, whatever the system: no root, no drive, no home, no way up, and no part without a name. */
function isRelativePath(path: string): boolean {
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..') && !path.startsWith('~') && !/[\\:\p{Cc}]/u.test(path);
}

export const keptLambdas = bindKept({
  table: lambdas,
  path: '/lambdas',
  one: 'a lambda',
  many: 'lambdas',
  about: 'A lambda is a script that pipeline steps run on a worker.',
  fields: {
    ...named,
    path: text(500)
      .refine(isRelativePath, "Must be a path inside the worker's folder, such as checks/merged.sh: relative, without ..")
      .describe('Where a worker keeps it'),
    body: text(200_000).describe('The script'),
    interpreter: z.enum(interpreters).describe('What runs it; auto: what its first line says'),
  },
  defaults: { description: null, interpreter: 'auto' },
  // The system has none of its own here; those that people make are theirs.
  shown: { ...namedShown, path: z.string(), body: z.string(), interpreter: z.enum(interpreters), is_system: z.literal(false).default(false) },
  uses: (db, id) => usedBySteps(db, 'The lambda', 'lambda_id', id),
});
