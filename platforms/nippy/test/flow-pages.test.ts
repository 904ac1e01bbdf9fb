import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type Created, type Nippy, must, openNippy } from './support/app.js';

const root = '/api/v1/flows';
const LINK = 'https://shop.example/thanks?ref=1';

interface Flow {
  readonly slug: string;
  readonly publicUrl: string;
  readonly completedCount: number;
  readonly uniqueVisitCount: number;
  readonly totalVisitCount: number;
  readonly conversionRate: number;
}
interface Registration {
  readonly answers: object;
  readonly utm: object;
}

let app: Nippy;
let acme: Client;
let slugs = 0;

/** A new flow, by its public address. */
const flow = async (parameters: object = {}, client = acme) =>
  must(await client.post<Created & Flow>(root, { name: 'Summer', slug: `flow-${++slugs}`, redirect_url: LINK, ...parameters }));
const shown = async (slug: string, client = acme) => must(await client.get<Flow>(`${root}/${slug}`));
const registered = async (slug: string, client = acme) => must(await client.get<Registration[]>(`${root}/${slug}/registrations`));

const open = async (url: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(url, { headers, redirect: 'manual' });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, token: /name="_form" value="([^"]+)"/.exec(text)?.[1] ?? '' };
};
const send = async (url: string, fields: Record<string, string>) => {
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
  return { status: answer.status, headers: answer.headers, text: await answer.text(), to: answer.headers.get('location') };
};
/** Opens the page and sends its form. */
const fillIn = async (url: string, fields: Record<string, string>) => send(url, { _form: (await open(url)).token, ...fields });
const ANN = { name: 'Ann', email: 'ann@example.com' };

beforeAll(async () => {
  app = await openNippy();
  acme = await app.business('acme');
});
afterAll(() => app?.close());

describe('the page of a flow', () => {
  it('is a form without scripts and cookies, under a policy that allows our style and a way on by https alone', async () => {
    const { publicUrl } = await flow({ description: 'Win!\n\nTwice.' });
    const { status, headers, text } = await open(publicUrl, { 'x-api-key': 'npk_wrong' });
    expect(status).toBe(200);
    expect(text).toContain('<h1><bdi>Summer</bdi></h1>');
    expect(text).toContain('<p><bdi>Win!</bdi></p><p><bdi>Twice.</bdi></p>');
    expect(text).toMatch(/<label for="email"><bdi>Email<\/bdi><\/label>\s+<input id="email" name="email" type="email"[^>]* required/);
    expect([headers.get('set-cookie'), /<script|javascript:| on\w+=/.test(text)]).toEqual([null, false]);
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' https:$/,
    );
  });

  it('writes what the business and the visitor say as text, wherever it stands', async () => {
    const evil = `"><script>alert('1')</script>`;
    const { publicUrl } = await flow({
      name: evil,
      description: evil,
      registration_fields: [
        { name: 'city', label: evil },
        { name: 'email', type: 'email' },
      ],
    });
    const { text } = await open(publicUrl);
    const again = await fillIn(`${publicUrl}?utm_source=${encodeURIComponent(evil)}`, { city: evil, email: evil });
    expect(again.status).toBe(400);
    for (const page of [text, again.text]) {
      expect(page).toContain('&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;');
      expect(page).not.toContain('<script');
    }
  });

  it('of a closed flow, an unknown one, another business’s and no business’s are one and the same', async () => {
    const ours = await flow();
    const theirs = await flow({}, await app.business('other'));
    const closed = await flow({ is_active: false });
    const urls = [
      closed.publicUrl,
      `${ours.publicUrl}-unknown`,
      ours.publicUrl.replace(ours.slug, theirs.slug),
      ours.publicUrl.replace(/f\/\w+/, 'f/0123456789abcdef'),
      `${ours.publicUrl}%00`,
      ours.publicUrl.replace(/f\/\w+/, 'f/%00'),
    ];
    const answers = [];
    for (const url of urls) {
      for (const { status, text } of [await open(url), await send(url, ANN)]) answers.push(`${status} ${text.replace(/req_\w+/, 'req_…')}`);
    }
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatch(/^404 /);
    expect(answers[0]).not.toContain('credential');
  });

  it('says of its business nothing that a key, a tenant or a slug of another would open', async () => {
    const { tenant } = await app.key('acme');
    const { publicUrl } = await flow();
    const { text, headers } = await open(publicUrl);
    for (const said of [publicUrl, text, JSON.stringify([...headers])]) expect(said).not.toContain(tenant);
  });
});

describe.each([
  ['es', 'Registrarme', 'No es una dirección de correo.', 'Registro completo'],
  ['pt', 'Inscrever-me', 'Não é um endereço de e-mail.', 'Inscrição concluída'],
])('in the language %s', (language, register, wrong, done) => {
  it('is all that the page says by itself', async () => {
    const course = must(await acme.post<Created>('/api/v1/learning/courses', { name: 'Uno', lessons: [{ title: 'Uno' }] }))._id;
    const { publicUrl } = await flow({ language, redirect_type: 'course', redirect_id: course, redirect_url: null });
    const { text } = await open(publicUrl);
    expect(text).toContain(`<html lang="${language}">`);
    expect(text).toContain(`>${register}</button>`);
    expect((await fillIn(publicUrl, { ...ANN, email: 'ann' })).text).toContain(wrong);
    expect((await open(`${publicUrl}?registered`)).text).toContain(done);
  });
});

describe('a registration', () => {
  it('is kept with its answers and where it came from, and leads on with the flow’s UTM values', async () => {
    const signed = 'https://shop.example/thanks?utm_source=old&sig=a%20b%2F&flag';
    const { slug, publicUrl } = await flow({ redirect_url: signed.replace('old', ''), utm_campaign: 'july & august' });
    const replaced = await flow({ redirect_url: signed, utm_source: 'nippy' });
    const { token } = await open(`${publicUrl}?utm_source=tv&utm_campaign=spot%201`);
    const { status, to, headers } = await send(publicUrl, { _form: token, name: ' Ann ', email: 'ann@example.com', unknown: 'x' });
    // What the address says already stays as it is written: it may be signed.
    expect([status, to]).toEqual([303, 'https://shop.example/thanks?utm_source=&sig=a%20b%2F&flag&utm_campaign=july+%26+august']);
    expect(new URL((await fillIn(replaced.publicUrl, ANN)).to ?? '').searchParams.getAll('utm_source')).toEqual(['nippy']);
    expect([headers.get('set-cookie'), headers.get('cache-control')]).toEqual([null, 'no-store']);
    expect(await registered(slug)).toEqual([
      {
        ...{ _id: expect.stringMatching(/^[0-9a-f]{24}$/), slug, answers: { name: 'Ann', email: 'ann@example.com' } },
        ...{ utm: { source: 'tv', campaign: 'spot 1' }, registeredAt: '2026-01-31T09:30:00Z' },
      },
    ]);
  });

  it('that is sent twelve times at once is one, counted once, and leads all twelve to the same place', async () => {
    const { slug, publicUrl } = await flow();
    const { token } = await open(publicUrl);
    const answers = await Promise.all(Array.from({ length: 12 }, () => send(publicUrl, { _form: token, ...ANN })));
    expect(new Set(answers.map(({ status, to }) => `${status} ${to}`))).toEqual(new Set([`303 ${LINK}`]));
    expect(await registered(slug)).toHaveLength(1);
    expect(await shown(slug)).toMatchObject({ completedCount: 1, totalVisitCount: 1 });
  });

  it('with other answers by a form that was sent already is not saved, and says so', async () => {
    const { slug, publicUrl } = await flow();
    const { token } = await open(publicUrl);
    await send(publicUrl, { _form: token, ...ANN });
    const { status, text } = await send(publicUrl, { _form: token, ...ANN, name: 'Bob' });
    expect([status, text]).toEqual([409, expect.stringContaining('This form was sent already')]);
    expect(await registered(slug)).toMatchObject([{ answers: ANN }]);
    expect((await fillIn(publicUrl, { ...ANN, name: 'Bob' })).status).toBe(303);
    expect(await registered(slug)).toHaveLength(2);
  });

  it.each([
    ['no form of ours', () => 'x'],
    ['none', () => ''],
    ['a changed one', (token: string) => `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`],
  ])('by %s is not saved; the page comes again with what was filled in', async (_what, change) => {
    const { slug, publicUrl } = await flow();
    const { status, text } = await send(publicUrl, { _form: change((await open(publicUrl)).token), ...ANN });
    expect([status, text]).toEqual([400, expect.stringContaining('value="ann@example.com"')]);
    expect(text).toContain('Look through it, and send it again.');
    expect(await registered(slug)).toEqual([]);
    const token = /name="_form" value="([^"]+)"/.exec(text)?.[1] ?? '';
    expect((await send(publicUrl, { _form: token, ...ANN })).status).toBe(303);
  });

  it('by another flow’s form, and by one that was open for a day, is not saved', async () => {
    const [one, two] = [await flow(), await flow()];
    const { token } = await open(one.publicUrl);
    expect((await send(two.publicUrl, { _form: token, ...ANN })).status).toBe(400);
    app.now += 86_400_000;
    expect((await send(one.publicUrl, { _form: token, ...ANN })).status).toBe(400);
    expect([await registered(one.slug), await registered(two.slug)]).toEqual([[], []]);
  });

  it('names each field that is wrong beside it, and uses up no form', async () => {
    const types = ['text', 'email', 'phone', 'number', 'date'];
    const fields = types.map((type) => ({ name: type, type }));
    const { slug, publicUrl } = await flow({ registration_fields: [...fields, { name: 'note', required: false }] });
    const { token } = await open(publicUrl);
    const wrong = { text: ' ', email: 'ann@', phone: '12', number: '1e9', date: '31.1.2026', note: 'a\u0000b' };
    const { status, text } = await send(publicUrl, { _form: token, ...wrong });
    expect(status).toBe(400);
    expect([...text.matchAll(/class="wrong" id="(\w+)-wrong"/g)].map(([, name]) => name)).toEqual([...types, 'note']);
    expect(text.match(/ autofocus/g)).toHaveLength(1);
    expect((await send(publicUrl, { _form: token, ...wrong, text: 'x'.repeat(201) })).text).toContain('at most 200 characters');
    const right = { text: '<b>', email: 'ann@example.com', phone: '+52 (55) 1234-5678', number: '-3.5', date: '2026-01-31' };
    expect((await send(publicUrl, { _form: token, ...right })).status).toBe(303);
    expect(await registered(slug)).toMatchObject([{ answers: right }]);
  });

  it('for a roulette without an address of its own ends on a page of ours; with one it is told the id', async () => {
    const gifts = [{ name: 'Again', probability: 100, typeOfGift: 'lost' }];
    const { _id } = must(await acme.post<Created>('/api/v1/roulettes', { name: 'Lucky <wheel>', gifts }));
    const to = { redirect_type: 'roulette', redirect_id: _id };
    const own = await flow({ ...to, redirect_url: null });
    const answer = await fillIn(own.publicUrl, ANN);
    expect([answer.status, answer.to]).toEqual([303, `${new URL(own.publicUrl).pathname}?registered`]);
    expect((await open(new URL(answer.to ?? '', own.publicUrl).href)).text).toContain('Lucky &lt;wheel&gt;');
    expect(await shown(own.slug)).toMatchObject({ totalVisitCount: 1, completedCount: 1 });
    expect((await fillIn((await flow(to)).publicUrl, ANN)).to).toBe(`${LINK}&roulette_id=${_id}`);
  });
});

describe('visits', () => {
  it('are counted in all, and once for a visitor and a day; the rate is completions for each of these', async () => {
    const { slug, publicUrl } = await flow();
    for (const agent of ['A', 'A', 'B', 'A', 'C', 'D']) await open(publicUrl, { 'user-agent': agent });
    await fetch(publicUrl, { method: 'HEAD' });
    await open(publicUrl, { 'sec-purpose': 'prefetch' });
    expect(await shown(slug)).toMatchObject({ totalVisitCount: 6, uniqueVisitCount: 4, conversionRate: 0 });
    app.now += 86_400_000;
    const { token } = await open(publicUrl, { 'user-agent': 'A' });
    await send(publicUrl, { _form: token, ...ANN });
    expect(await shown(slug)).toMatchObject({ totalVisitCount: 7, uniqueVisitCount: 5, completedCount: 1, conversionRate: 0.2 });
  });

  it('that come at once are all counted', async () => {
    const { slug, publicUrl } = await flow();
    await Promise.all(Array.from({ length: 20 }, (_, i) => open(publicUrl, { 'user-agent': `agent ${i % 5}` })));
    expect(await shown(slug)).toMatchObject({ totalVisitCount: 20, uniqueVisitCount: 5 });
  });

  it('are told apart by a hash that is forgotten once the day is over, and by nothing else that is stored', async () => {
    const { tenant } = await app.key('acme');
    const { publicUrl } = await flow();
    await open(publicUrl, { 'user-agent': 'Peculiar/7.0' });
    const stored = async () => JSON.stringify(await app.gatehouse.store.unsafe(tenant, 'select * from visits where visitor is not null'));
    expect(await stored()).toMatch(/"visitor":"[0-9a-f]{32}"/);
    expect(await stored()).not.toMatch(/Peculiar|127\.0\.0\.1/);
    app.now += 2 * 86_400_000;
    await app.settle();
    expect(await stored()).toBe('[]');
  });
});
