import { bindPagesTo, bindTo, col, defineOperation, definePlatform, html, refuse, tenantTable } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type TestApp, openApp, settableClock } from '../../../../test/support/open-app.js';

const notes = tenantTable('notes', { columns: { id: col.text(), text: col.text() } });
const tables = [notes] as const;
const bindPage = bindPagesTo(tables);
const PATH = '/n/:tenant/:id';

const page = bindPage(PATH, {
  async get({ db, parameters: { id = '' }, visitor, looked, query }) {
    const note = await db.selectFrom('notes').selectAll().where('id', '=', id).executeTakeFirst();
    if (note === undefined) return refuse('not_found', 'There is no page at this address, or it is closed.');
    return { title: note.text, body: html`<p>${note.text}</p><i>${visitor} ${looked ? 'seen' : 'unseen'} ${query.get('q')}</i>` };
  },
  async post({ form, db, id }) {
    const to = form.get('to');
    await db
      .insertInto('notes')
      .values({ id: id(), text: form.get('text') ?? '' })
      .execute();
    return to === null ? { title: 'Done', body: html`<p>Done</p>`, status: 201, formsLeadTo: ['https:'] } : { goTo: to };
  },
});

const list = bindTo(tables)(
  defineOperation({
    name: 'notes_list',
    title: 'List notes',
    description: 'Lists notes.',
    access: { scope: 'notes:read' },
    input: z.object({}),
    output: z.array(z.object({ text: z.string(), url: z.string() })),
    effect: 'read',
    rest: { method: 'GET', path: '/notes' },
  }),
  async (_input, { db, pageUrl }) =>
    Promise.all((await db.selectFrom('notes').selectAll().orderBy('text').execute()).map(async ({ id, text }) => ({ text, url: await pageUrl(PATH, { id }) }))),
);

const spec = {
  name: 'pages',
  version: '1.0.0',
  scopes: ['notes:read'],
  keys: { prefix: 'pgs_', checksum: false, whenNoScopes: 'full', displayLength: 8 },
  tables,
  operations: [list],
  pages: [page],
} as const;

describe('public pages of a tenant', () => {
  const clock = settableClock();
  let app: TestApp;
  let ann: string;
  let bob: string;
  const seed = async (email: string, text: string): Promise<string> => {
    const { raw, tenant } = await app.key(email, ['*']);
    await app.gatehouse.store.tx(tenant, async ({ db }) => {
      const own = db as unknown as { insertInto(table: 'notes'): { values(row: object): { execute(): Promise<unknown> } } };
      await own
        .insertInto('notes')
        .values({ id: text.slice(0, 3), text })
        .execute();
    });
    return (await app.call('GET', '/api/v1/notes', { token: raw })).body[0].url as string;
  };
  const form = (fields: Record<string, string>) => ({ method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' as const });

  beforeAll(async () => {
    app = await openApp(definePlatform(spec), { clock });
    ann = await seed('ann@example.com', 'one <b>"bold"</b>');
    bob = await seed('bob@example.com', 'two');
  });
  afterAll(() => app?.close());

  it('are where the tenant’s own name in the address says, which says nothing of the tenant', async () => {
    expect(ann).toMatch(new RegExp(`^${app.url}/n/[0-9a-f]{16}/one$`));
    const answer = await fetch(ann);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('<p>one &lt;b&gt;&quot;bold&quot;&lt;/b&gt;</p>');
    expect(answer.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'$/,
    );
    expect([answer.headers.get('set-cookie'), answer.headers.get('cache-control')]).toEqual([null, 'no-store']);
  });

  it('of another tenant, of none and of no note are one and the same page', async () => {
    const asked = [bob.replace('/two', '/one'), bob.replace(/n\/\w+/, 'n/0123456789abcdef'), ann.replace('/one', '/two')];
    const answers = await Promise.all(asked.map(async (url) => (await fetch(url)).text().then((text) => text.replace(/req_\w+/, 'req'))));
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain('There is no page at this address, or it is closed.');
  });

  it('tell visitors apart by network, browser, day and tenant, and by nothing that is kept', async () => {
    const visitor = async (url: string, agent: string) => /<i>(\w+)/.exec(await (await fetch(url, { headers: { 'user-agent': agent } })).text())?.[1];
    const first = await visitor(ann, 'Firefox');
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(await visitor(ann, 'Firefox')).toBe(first);
    const others = [await visitor(ann, 'Chrome'), await visitor(bob.replace('/two', '/two'), 'Firefox')];
    clock.advance(86_400_000);
    expect(new Set([first, ...others, await visitor(ann, 'Firefox')]).size).toBe(4);
  });

  it('are not looked at by what fetches ahead, and HEAD is answered without a body', async () => {
    expect(await (await fetch(`${ann}?q=a%26b`)).text()).toContain('seen a&amp;b</i>');
    expect(await (await fetch(ann, { headers: { 'sec-purpose': 'prefetch;prerender' } })).text()).toContain('unseen');
    const head = await fetch(ann, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('take a form of 16 KiB, and no other body, method or origin', async () => {
    const done = await fetch(ann, form({ text: 'x'.repeat(16_000) }));
    expect([done.status, done.headers.get('content-security-policy')]).toEqual([201, expect.stringContaining("form-action 'self' https:")]);
    expect((await fetch(ann, form({ text: 'x'.repeat(17_000) }))).status).toBe(413);
    expect((await fetch(ann, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } })).status).toBe(415);
    const put = await fetch(ann, { method: 'PUT' });
    expect([put.status, put.headers.get('allow'), put.headers.get('content-type')]).toEqual([405, 'GET, HEAD, POST', 'text/html; charset=utf-8']);
    const foreign = await fetch(ann, { ...form({ text: 'x' }), headers: { origin: 'https://evil.example' } });
    expect([foreign.status, foreign.headers.get('content-type')]).toEqual([403, 'text/html; charset=utf-8']);
  });

  it('lead on to https: and paths of our own, and to nothing else', async () => {
    const to = async (address: string) => {
      const { status, headers } = await fetch(ann, form({ to: address }));
      return [status, headers.get('location')];
    };
    expect(await to('https://shop.example/a?b=c')).toEqual([303, 'https://shop.example/a?b=c']);
    expect(await to('/n/again')).toEqual([303, '/n/again']);
    for (const address of ['http://shop.example/', 'javascript:alert(1)', '//evil.example', '/\\evil.example']) expect(await to(address)).toEqual([500, null]);
  });

  it('are limited for each network, looks and forms apart', async () => {
    clock.advance(60_000);
    const statuses = await Promise.all(Array.from({ length: 61 }, async () => (await fetch(ann, form({ text: 'x' }))).status));
    expect([statuses.filter((status) => status === 201).length, statuses.filter((status) => status === 429).length]).toEqual([60, 1]);
    expect((await fetch(ann)).status).toBe(200);
  });
});

it.each([
  ['a page in our own part', '/api/:tenant', 'the page "/api/:tenant" lies under /api, which is Gatehouse\'s own.'],
  ['a page of no tenant', '/n/:id', 'the page "/n/:id" must say once where its tenant\'s name stands: :tenant.'],
  ['a page that begins with a name', '/:tenant/n', 'the path "/:tenant/n" of a page is not of the form /things/:tenant/:name.'],
  ['a page that is there already', '/n/:tenant/:slug', 'the page "/n/:tenant/:slug" is declared twice.'],
])('a platform with %s is refused', (_what, path, offence) => {
  expect(() => definePlatform({ ...spec, pages: [page, { ...page, path }] })).toThrow(offence);
});
