import { bindJobsTo, bindPagesTo, bindTo, col, defineOperation, definePlatform, html, openGatehouse, refuse, tenantTable } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';

const notes = tenantTable('notes', { columns: { id: col.uuid(), text: col.text() } });
const bind = bindTo([notes]);
const operation = (name: string) =>
  defineOperation({
    name,
    title: name,
    description: name,
    access: { scope: 'notes:write' },
    input: z.object({}),
    output: z.object({ count: z.number() }),
    errors: ['conflict'],
    effect: 'create',
    rest: { method: 'POST', path: `/${name}`, status: 200 },
  });

const BOUND = 2 ** 40;
const drawing = { name: 'draw', input: z.object({}) };
const drawn = new Map<string, number>();
let page = '';

const platform = definePlatform({
  name: 'notes',
  version: '1.0.0',
  scopes: ['notes:write'],
  keys: { prefix: 'not_', checksum: true, whenNoScopes: 'full', displayLength: 8 },
  tables: [notes],
  operations: [
    bind(operation('add'), async (_input, { db, id }) => {
      await db.insertInto('notes').values({ id: id(), text: 'kept' }).execute();
      return { count: (await db.selectFrom('notes').select('id').execute()).length };
    }),
    bind(operation('add_refused'), (_input, context) =>
      context.tx(async ({ db }) => {
        await db.insertInto('notes').values({ id: context.id(), text: 'undone' }).execute();
        return refuse('conflict', 'changed my mind');
      }),
    ),
    bind(operation('count_all'), async (_input, { unsafe }) => {
      const [row] = await unsafe('select count(*) as count from notes where text = ?', ['kept']);
      return { count: Number(row?.count) };
    }),
    bind(operation('draw'), async (_input, { randomInt, enqueue, pageUrl }) => {
      await enqueue(drawing, {});
      page = await pageUrl('/draw/:tenant');
      drawn.set('operation', randomInt(BOUND));
      return { count: drawn.size };
    }),
    bind(operation('wrong_output'), () => ({ count: 'many' }) as never),
  ],
  jobs: [
    bindJobsTo([notes])(drawing, async (_input, { randomInt }) => {
      drawn.set('job', randomInt(BOUND));
      return undefined;
    }),
  ],
  pages: [
    bindPagesTo([notes])('/draw/:tenant', {
      get({ randomInt }) {
        drawn.set('page', randomInt(BOUND));
        return { title: 'Drawn', body: html`` };
      },
    }),
  ],
});

let app: TestApp;
let ann: string;
let bob: string;
beforeAll(async () => {
  app = await openApp(platform);
  ann = (await app.key('ann@example.com')).raw;
  bob = (await app.key('bob@example.com')).raw;
});
afterAll(() => app.close());

const call = (name: string, token: string) => app.call('POST', `/api/v1/${name}`, { token });

describe('a handler', () => {
  it('sees the rows of its own tenant alone, by unsafe too', async () => {
    await call('add', ann);
    expect((await call('add', bob)).body).toEqual({ count: 1 });
    expect((await call('count_all', bob)).body).toEqual({ count: 1 });
  });

  it('that returns a refusal from its unit of work undoes it, and the caller is told', async () => {
    const refused = await call('add_refused', ann);
    expect([refused.status, refused.body.error]).toEqual([409, 'changed my mind']);
    expect((await call('add', ann)).body).toEqual({ count: 2 });
  });

  it('whose output does not match its schema answers 500, never the wrong output', async () => {
    const wrong = await call('wrong_output', ann);
    expect([wrong.status, wrong.body.code]).toEqual([500, 'internal']);
    expect(wrong.text).not.toContain('many');
    expect(app.logged()).toContain('The output of wrong_output does not match its schema');
  });
});

describe('what is drawn', () => {
  const drawIn = async (place: TestApp) => {
    const { raw } = await place.key('ann@example.com');
    drawn.clear();
    await place.call('POST', '/api/v1/draw', { token: raw });
    await place.gatehouse.jobs.settle();
    await fetch(page);
    return [...drawn.entries()].sort();
  };

  it('is what the application was told to draw, for operations, jobs and pages alike', async () => {
    const told = await openApp(platform, { open: (options) => openGatehouse({ ...options, randomInt: (bound) => bound - 1 }) });
    try {
      expect(await drawIn(told)).toEqual(['job', 'operation', 'page'].map((name) => [name, BOUND - 1]));
    } finally {
      await told.close();
    }
  });

  it('is otherwise chance, within its bound', async () => {
    const numbers = (await drawIn(app)).map(([, number]) => number);
    expect(new Set(numbers).size).toBe(3);
    expect(numbers.every((number) => Number.isInteger(number) && number >= 0 && number < BOUND)).toBe(true);
  });
});

describe('a key with a checksum', () => {
  it('is made with it and let in', async () => {
    expect(ann).toMatch(/^not_[0-9a-f]{64}$/);
    expect((await call('count_all', ann)).status).toBe(200);
  });
});
