import { type Platform, bindTo, col, defineOperation, definePlatform, refuse, tenantTable } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Answer, type TestApp, type TestKey, openApp } from '../../../../test/support/open-app.js';

const notes = tenantTable('notes', { columns: { id: col.uuid(), text: col.text() } });
const bind = bindTo([notes] as const);
const shape = {
  input: z.object({ text: z.string().max(100_000), tags: z.record(z.string(), z.number()).optional() }),
  output: z.object({ id: z.string(), text: z.string() }),
};
const writes = { scope: 'notes:write' } as const;

/** Opened by a test, when the call that waits may go on. */
let open: () => void = () => undefined;
let begun: Promise<void>;
let tell: () => void = () => undefined;
const gate = () => {
  begun = new Promise((resolve) => {
    tell = resolve;
  });
  return new Promise<void>((resolve) => {
    open = resolve;
  });
};
let waiting = gate();

type Work = 'write' | 'write, fail' | 'commit, fail' | 'fail' | 'refuse' | 'commit, wait';

function making(name: string, work: Work, more: { secretOutput?: true; effect?: 'create' | 'update'; idempotent?: true } = {}) {
  const op = defineOperation({
    ...{ name, title: name, description: name, access: writes, effect: 'create', rest: { method: 'POST', path: `/${name}` }, ...shape, ...more },
  });
  return bind(op, async ({ text }, { db, tx, id }) => {
    const row = { id: id(), text };
    if (work === 'refuse' && text === 'taken') return refuse('conflict', 'It is taken.');
    if (work === 'fail') throw new Error('failed');
    if (work.startsWith('commit')) await tx((unit) => unit.db.insertInto('notes').values(row).execute());
    else await db.insertInto('notes').values(row).execute();
    if (work.endsWith('fail')) throw new Error('failed');
    if (work.endsWith('wait')) {
      tell();
      await waiting;
    }
    return row;
  });
}

const list = bind(
  defineOperation({
    ...{ name: 'list', title: 'list', description: 'list', access: { scope: 'notes:read' }, input: z.object({}), output: z.object({ notes: z.number() }) },
    ...{ effect: 'read', rest: { method: 'GET', path: '/list' } },
  }),
  async (_input, { db }) => ({ notes: (await db.selectFrom('notes').select('id').execute()).length }),
);

const platform: Platform = definePlatform({
  ...{ name: 'notes', version: '1.0.0', scopes: ['notes:read', 'notes:write'], tables: [notes] },
  keys: { prefix: 'not_', checksum: false, whenNoScopes: 'none', displayLength: 8 },
  operations: [
    list,
    making('make', 'write'),
    making('other', 'write'),
    making('secret', 'write', { secretOutput: true }),
    making('append', 'write', { effect: 'update' }),
    making('put', 'write', { effect: 'update', idempotent: true }),
    making('refuse', 'refuse'),
    making('fail', 'fail'),
    making('write_fail', 'write, fail'),
    making('commit_fail', 'commit, fail'),
    making('wait', 'commit, wait'),
  ],
});

const DAY = 24 * 3_600_000;

describe.each(['sqlite', 'postgres'] as const)('Idempotency-Key on %s', (database) => {
  let app: TestApp;
  let ann: TestKey;
  beforeAll(async () => {
    app = await openApp(platform, { database });
    ann = await app.key('ann@example.com');
  });
  afterAll(() => app.close());

  const newKey = () => `key-${crypto.randomUUID()}`;
  const post = (name: string, key: string | undefined, body: unknown = { text: 'x' }, token = ann.raw): Promise<Answer> =>
    app.call('POST', `/api/v1/${name}`, { token, body, headers: key === undefined ? {} : { 'idempotency-key': key } });
  const tool = (name: string, meta: object | undefined, headers: Record<string, string> = {}, text = 'x') =>
    app.call('POST', '/mcp', {
      ...{ token: ann.raw, headers },
      body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: { text }, ...(meta === undefined ? {} : { _meta: meta }) } },
    });
  const count = async (token = ann.raw): Promise<number> => (await app.call('GET', '/api/v1/list', { token })).body.notes;
  /** How many notes `work` made. */
  const made = async (work: () => Promise<unknown>): Promise<number> => (await counting(work)).notes;
  const counting = async <T>(work: () => Promise<T>): Promise<{ readonly notes: number; readonly value: T }> => {
    const before = await count();
    const value = await work();
    return { notes: (await count()) - before, value };
  };
  const replayed = ({ headers }: Answer) => headers.get('idempotent-replayed');

  it('a repeat has the first answer, byte by byte, and nothing is done twice', async () => {
    const key = newKey();
    const answers: Answer[] = [];
    const notes = await made(async () => {
      for (let i = 0; i < 3; i += 1) answers.push(await post('make', key, { text: 'a', tags: { x: 1, y: 2 } }));
      // The order of members says nothing.
      answers.push(await post('make', key, '{ "tags":{"y":2,"x":1},  "text":"\\u0061"}'));
    });
    expect(notes).toBe(1);
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.map(replayed)).toEqual([null, 'true', 'true', 'true']);
  });

  it('without a key each call is done', async () => {
    expect(await made(() => Promise.all([post('make', undefined), post('make', undefined)]))).toBe(2);
  });

  it('of 64 at once one is done; the others have its answer, or are told to come again', async () => {
    const key = newKey();
    const { notes, value: answers } = await counting(() => Promise.all(Array.from({ length: 64 }, () => post('make', key))));
    expect(notes).toBe(1);
    const first = answers.filter((answer) => answer.status === 201 && replayed(answer) === null);
    expect(first).toHaveLength(1);
    for (const answer of answers) {
      if (answer.status === 201) expect(answer.text).toBe(first[0]?.text);
      else expect([answer.status, answer.body.code, answer.headers.get('retry-after')]).toEqual([409, 'conflict', '1']);
    }
    expect((await post('make', key)).text).toBe(first[0]?.text);
  });

  it('another body or another operation is a 422, and nothing is done', async () => {
    const key = newKey();
    await post('make', key);
    const notes = await made(async () => {
      for (const answer of [await post('make', key, { text: 'y' }), await post('other', key)]) {
        expect([answer.status, answer.body.code]).toEqual([422, 'idempotency_mismatch']);
      }
    });
    expect(notes).toBe(0);
  });

  it('the key of another person, and of another tenant, is another key; that of another credential of the same person is not', async () => {
    const key = newKey();
    const first = await post('make', key);
    const ben = await app.key('ben@example.com');
    const theirs = await post('make', key, { text: 'x' }, ben.raw);
    expect([theirs.status, replayed(theirs), theirs.body.id === first.body.id]).toEqual([201, null, false]);
    const second = await app.key('ann@example.com');
    expect((await post('make', key, { text: 'x' }, second.raw)).text).toBe(first.text);
  });

  it('a repeat is refused like any call, where the caller may not', async () => {
    const key = newKey();
    await post('make', key);
    const reader = await app.key('ann@example.com', ['notes:read']);
    expect((await post('make', key, { text: 'x' }, reader.raw)).status).toBe(403);
    expect((await app.call('POST', '/api/v1/make', { body: { text: 'x' }, headers: { 'idempotency-key': key } })).status).toBe(401);
  });

  it.each(['a b', 'x'.repeat(256), 'ä'])('the key %.10s is a 400', async (key) => {
    const answer = await post('make', key);
    expect([answer.status, answer.body.code, Object.keys(answer.body.fields ?? {})]).toEqual([400, 'invalid_input', ['Idempotency-Key']]);
  });

  it('is looked at where it matters: on writes that are not idempotent', async () => {
    const key = newKey();
    expect(await made(async () => expect([await post('append', key), await post('append', key)].map(replayed)).toEqual([null, 'true']))).toBe(1);
    expect(await made(() => Promise.all([post('put', key), post('put', key)]))).toBe(2);
    expect((await app.call('GET', '/api/v1/list', { token: ann.raw, headers: { 'idempotency-key': 'a b' } })).status).toBe(200);
  });

  it('an answer with a secret is never kept: a repeat is a 409 with the id of what was made', async () => {
    const key = newKey();
    const first = await post('secret', key, { text: 'the very secret' });
    const again = await post('secret', key, { text: 'the very secret' });
    expect([again.status, again.body.code, again.body.made]).toEqual([409, 'conflict', first.body.id]);
    expect(again.headers.get('retry-after')).toBeNull();
    expect(again.text).not.toContain('the very secret');
    const rows = await app.gatehouse.store.idempotency.claim(ann.tenant, 'nobody', { fingerprint: '', claimedAt: 0 }, 0);
    expect(rows).toBeUndefined();
  });

  it('an answer that is too long to be kept is a 409 with the id too', async () => {
    const key = newKey();
    const text = 'x'.repeat(70_000);
    const first = await post('make', key, { text });
    const again = await post('make', key, { text });
    expect([first.status, again.status, again.body.made]).toEqual([201, 409, first.body.id]);
  });

  it('a refusal changes nothing, so that the key is free for the mended call', async () => {
    const key = newKey();
    expect((await post('refuse', key, { text: 'taken' })).status).toBe(409);
    expect((await post('make', key, { text: 7 })).status).toBe(400);
    expect((await post('make', key, { text: 'mended' })).status).toBe(201);
  });

  it('a failure before anything was touched leaves the key free; one that may have changed something never does it again', async () => {
    const key = newKey();
    expect([(await post('fail', key)).status, (await post('fail', key)).status]).toEqual([500, 500]);
    for (const name of ['write_fail', 'commit_fail']) {
      const used = newKey();
      const notes = await made(async () => {
        expect((await post(name, used)).status).toBe(500);
        app.clock.advance(61_000);
        const again = await post(name, used);
        expect([again.status, again.body.code, again.headers.get('retry-after'), again.body.next]).toEqual([
          409,
          'conflict',
          null,
          expect.stringContaining('Look'),
        ]);
      });
      expect(notes).toBe(1);
    }
  });

  it('while the first is under way a repeat is a 409 with Retry-After; where it never ends, a 409 that says so', async () => {
    waiting = gate();
    const key = newKey();
    const first = post('wait', key);
    await begun;
    const early = await post('wait', key);
    expect([early.status, early.body.error, early.headers.get('retry-after')]).toEqual([409, expect.stringContaining('under way'), '1']);
    app.clock.advance(60_001);
    const late = await post('wait', key);
    expect([late.status, late.body.error, late.headers.get('retry-after')]).toEqual([409, expect.stringContaining('changed something'), null]);
    open();
    const done = await first;
    expect((await post('wait', key)).text).toBe(done.text);
  });

  it('after 24 hours the key is free', async () => {
    const key = newKey();
    const first = await post('make', key);
    app.clock.advance(DAY);
    expect((await post('make', key)).text).toBe(first.text);
    app.clock.advance(1);
    const later = await post('make', key);
    expect([later.status, replayed(later)]).toEqual([201, null]);
  });

  it('over MCP comes in _meta or in the header, and is the same key as over REST', async () => {
    const key = newKey();
    const meta = { 'gatehouse/idempotencyKey': key };
    const { notes, value: answers } = await counting(async () => [
      await tool('make', meta),
      await tool('make', meta),
      await tool('make', undefined, { 'idempotency-key': key }),
    ]);
    expect(notes).toBe(1);
    expect(answers.map(replayed)).toEqual([null, 'true', 'true']);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect((await post('make', key)).body).toEqual(answers[0]?.body.result.structuredContent);
    const other = await tool('make', meta, {}, 'y');
    expect([other.body.result.isError, JSON.parse(other.body.result.content[0].text).code]).toEqual([true, 'idempotency_mismatch']);
    expect((await tool('make', { 'gatehouse/idempotencyKey': 7 })).body.error.code).toBe(-32602);
  });

  it('neither keys nor what was sent are stored as they came', async () => {
    const key = 'a-key-that-is-seen-nowhere';
    await post('secret', key, { text: 'seen once' });
    const taken = await app.gatehouse.store.idempotency.claim(ann.tenant, key, { fingerprint: '', claimedAt: 0 }, 0);
    expect(taken).toBeUndefined();
    expect(app.logged()).not.toContain(key);
  });
});
