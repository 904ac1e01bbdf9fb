// A platform whose one write waits a second inside its unit of work, and then throws.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { bindTo, col, defineOperation, definePlatform, tenantTable } from 'gatehouse';
import { z } from 'zod';

const notes = tenantTable('notes', { columns: { id: col.uuid(), text: col.text() } });
const tables = [notes];
const bind = bindTo(tables);
const delay = monitorEventLoopDelay({ resolution: 5 });

const operation = (name, path, effect, method = 'GET') =>
  defineOperation({
    name,
    title: name,
    description: name,
    access: { scope: effect === 'read' ? 'notes:read' : 'notes:write' },
    input: z.object({}),
    output: z.object({ value: z.number() }),
    effect,
    rest: { method, path },
  });

export default definePlatform({
  name: 'undone',
  version: '1.0.0',
  scopes: ['notes:read', 'notes:write'],
  keys: { prefix: 'und_', checksum: false, whenNoScopes: 'full', displayLength: 8 },
  tables,
  operations: [
    bind(operation('notes_fail', '/notes', 'create', 'POST'), (_input, context) =>
      context.tx(async ({ db }) => {
        await db.insertInto('notes').values({ id: context.id(), text: 'never to be seen' }).execute();
        await new Promise((awake) => setTimeout(awake, 1000));
        throw new Error('thrown on purpose, a second later');
      }),
    ),
    bind(operation('notes_count', '/notes', 'read'), async (_input, { db }) => ({ value: (await db.selectFrom('notes').select('id').execute()).length })),
    bind(operation('stall_watch', '/stall/watch', 'read'), () => {
      delay.reset();
      delay.enable();
      return { value: 0 };
    }),
    /** Milliseconds of the longest stall since the watch began. */
    bind(operation('stall_longest', '/stall', 'read'), () => ({ value: Math.max(0, delay.max / 1e6) })),
  ],
});
