// A tool that reads nothing, and one that reads every row of its tenant's table and answers how many there were.
import { bindTo, col, defineOperation, definePlatform, tenantTable } from 'gatehouse';
import { z } from 'zod';

const items = tenantTable('items', { columns: { id: col.uuid(), title: col.text(), state: col.text(), number: col.integer() } });
const bind = bindTo([items]);

const echo = bind(
  defineOperation({
    name: 'echo',
    title: 'Echo',
    description: 'Answers with the same text',
    access: { scope: 'things:read' },
    input: z.object({ text: z.string() }),
    output: z.object({ text: z.string() }),
    effect: 'read',
  }),
  ({ text }) => ({ text }),
);

const scan = bind(
  defineOperation({
    name: 'scan',
    title: 'Scan',
    description: 'Reads every row',
    access: { scope: 'things:read' },
    input: z.object({}),
    output: z.object({ rows: z.number(), open: z.number() }),
    effect: 'read',
  }),
  async (_input, { db }) => {
    const rows = await db.selectFrom('items').selectAll().execute();
    return { rows: rows.length, open: rows.filter(({ state }) => state === 'open').length };
  },
);

const fill = bind(
  defineOperation({
    name: 'fill',
    title: 'Fill',
    description: 'Makes rows',
    access: { scope: 'things:write' },
    input: z.object({ count: z.number().int() }),
    output: z.object({}),
    effect: 'create',
  }),
  async ({ count }, { db, id }) => {
    for (let made = 0; made < count; made += 100) {
      const rows = Array.from({ length: 100 }, (_, i) => ({
        id: id(),
        title: `the title of item ${made + i}`,
        state: i % 3 === 0 ? 'open' : 'done',
        number: made + i,
      }));
      await db.insertInto('items').values(rows).execute();
    }
    return {};
  },
);

export default definePlatform({
  name: 'bench',
  version: '1.0.0',
  scopes: ['things:read', 'things:write'],
  keys: { prefix: 'ben_', checksum: false, whenNoScopes: 'full', displayLength: 8 },
  tables: [items],
  operations: [echo, scan, fill],
});
